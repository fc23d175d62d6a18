#include "memory.h"

#include <stdlib.h>
#include <string.h>

static int reserve(MemoryFile *file, size_t capacity) {
  if (capacity <= file->capacity) return 1;
  size_t grown = file->capacity * 2 > capacity ? file->capacity * 2 : capacity;
  uint8_t *bytes = realloc(file->bytes, grown);
  if (!bytes) return 0;
  file->bytes = bytes;
  file->capacity = grown;
  return 1;
}

int memoryWrite(MemoryFile *file, const void *data, size_t size) {
  if (size > SIZE_MAX - file->position || !reserve(file, file->position + size)) return 0;
  // A seek past the end leaves a hole, which reads as zeros.
  if (file->position > file->count) memset(file->bytes + file->count, 0, file->position - file->count);
  if (size) memcpy(file->bytes + file->position, data, size);
  file->position += size;
  if (file->position > file->count) file->count = file->position;
  return 1;
}

size_t memoryRead(MemoryFile *file, void *data, size_t size) {
  size_t left = file->position < file->count ? file->count - file->position : 0;
  size_t taken = size < left ? size : left;
  if (taken) memcpy(data, file->bytes + file->position, taken);
  file->position += taken;
  return taken;
}
