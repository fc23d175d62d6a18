// libtiff over memory, with its complaints kept for the caller instead of printed.
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

static _Thread_local char complaint[256];

// The first complaint names the cause; later ones are its consequences.
static void keepError(const char *module, const char *format, va_list arguments) {
  (void)module;
  if (!complaint[0]) vsnprintf(complaint, sizeof complaint, format, arguments);
}

static void silence(void) {
  TIFFSetErrorHandler(keepError);
  TIFFSetWarningHandler(NULL);
}

static tmsize_t readBytes(thandle_t file, void *data, tmsize_t size) {
  return (tmsize_t)memoryRead((MemoryFile *)file, data, (size_t)size);
}

static tmsize_t writeBytes(thandle_t file, void *data, tmsize_t size) {
  return memoryWrite((MemoryFile *)file, data, (size_t)size) ? size : 0;
}

static tmsize_t refuseBytes(thandle_t file, void *data, tmsize_t size) {
  (void)file, (void)data, (void)size;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int from) {
  MemoryFile *file = (MemoryFile *)handle;
  size_t origin = from == SEEK_CUR ? file->position : from == SEEK_END ? file->count : 0;
  file->position = origin + (size_t)offset;
  return file->position;
}

static int closeNothing(thandle_t file) {
  (void)file;
  return 0;
}

static toff_t size(thandle_t file) { return ((MemoryFile *)file)->count; }

static TIFF *openMemory(MemoryFile *file, const char *mode, TIFFReadWriteProc write) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  tiffForgetErrors();
  return TIFFClientOpen("", mode, (thandle_t)file, readBytes, write, seek, closeNothing, size, NULL, NULL);
}

// m: no memory map, every access is checked by readBytes.
TIFF *tiffOpenToRead(MemoryFile *file) { return openMemory(file, "rm", refuseBytes); }
TIFF *tiffOpenToWrite(MemoryFile *file) { return openMemory(file, "w", writeBytes); }

const char *tiffError(void) { return complaint; }
void tiffForgetErrors(void) { complaint[0] = 0; }

uint16_t tiffShort(TIFF *tiff, uint32_t tag) {
  uint16_t value = 0;
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

uint32_t tiffLong(TIFF *tiff, uint32_t tag) {
  uint32_t value = 0;
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

int tiffExtraSamples(TIFF *tiff, int *alpha) {
  uint16_t count = 0, *kinds = NULL;
  *alpha = -1;
  if (!TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds)) return 0;
  for (int i = 0; i < count; i++)
    if (kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA) *alpha = i;
  return count;
}

int tiffSet(TIFF *tiff, uint32_t tag, uint32_t value) { return TIFFSetField(tiff, tag, value); }

int tiffSetExtraSamples(TIFF *tiff, int count) {
  uint16_t *kinds = calloc((size_t)count, sizeof *kinds);
  int done = kinds && TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, count, kinds);
  free(kinds);
  return done;
}
