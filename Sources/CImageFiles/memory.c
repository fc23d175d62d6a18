#include "memory.h"

#include <string.h>

size_t memoryRead(MemoryFile *file, void *data, size_t size) {
  size_t left = file->position < file->count ? file->count - file->position : 0;
  size_t taken = size < left ? size : left;
  if (taken) memcpy(data, file->bytes + file->position, taken);
  file->position += taken;
  return taken;
}
