// libtiff over memory, with its complaints kept for the caller instead of printed.
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "tiff_errors.h"

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

void tiffKeepErrors(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  tiffForgetErrors();
}

// m: no memory map, every access is checked by readBytes.
TIFF *tiffOpenToRead(MemoryFile *file) {
  tiffKeepErrors();
  return TIFFClientOpen("", "rm", (thandle_t)file, readBytes, refuseBytes, seek, closeNothing, size, NULL,
                        NULL);
}

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
