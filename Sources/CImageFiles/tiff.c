// libtiff over a file, with its complaints kept for the caller instead of printed.
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "tiff_errors.h"

static _Thread_local char complaint[256];

// The first complaint names the cause; later ones are its consequences.
static void keepError(const char *module, const char *format, va_list arguments) {
  (void)module;
  if (!complaint[0]) vsnprintf(complaint, sizeof complaint, format, arguments);
}

// What a JPEG lacks its decoder makes up, with a warning; those of libtiff itself concern fields that are not read.
static void keepWarning(const char *module, const char *format, va_list arguments) {
  if (module && strcmp(module, "JPEGLib") == 0) keepError(module, format, arguments);
}

static void silence(void) {
  TIFFSetErrorHandler(keepError);
  TIFFSetWarningHandler(keepWarning);
}

static tmsize_t readBytes(thandle_t file, void *data, tmsize_t size) {
  return (tmsize_t)diskRead((DiskFile *)file, data, (size_t)size);
}

static tmsize_t refuseBytes(thandle_t file, void *data, tmsize_t size) {
  (void)file, (void)data, (void)size;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int from) {
  DiskFile *file = (DiskFile *)handle;
  uint64_t origin = from == SEEK_CUR ? file->position : from == SEEK_END ? file->size : 0;
  file->position = origin + offset;
  return file->position;
}

static toff_t size(thandle_t file) { return ((DiskFile *)file)->size; }

static int closeNothing(thandle_t file) {
  (void)file;
  return 0;
}

void tiffKeepErrors(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  tiffForgetErrors();
}

// m: no memory map, every access is checked by readBytes.  c: strips as they are in the file.
TIFF *tiffOpenToRead(DiskFile *file) {
  tiffKeepErrors();
  return TIFFClientOpen("", "rmc", (thandle_t)file, readBytes, refuseBytes, seek, closeNothing, size, NULL,
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

int tiffStated(TIFF *tiff, uint32_t tag) {
  uint16_t value = 0;
  return TIFFGetField(tiff, tag, &value) ? value : -1;
}

float tiffFloat(TIFF *tiff, uint32_t tag) {
  float value = 0;
  return TIFFGetField(tiff, tag, &value) ? value : 0;
}

int tiffExtraSamples(TIFF *tiff, const uint16_t **kinds) {
  uint16_t count = 0;
  return TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, kinds) ? count : 0;
}

int tiffColours(TIFF *tiff, const uint16_t **red, const uint16_t **green, const uint16_t **blue) {
  return TIFFGetField(tiff, TIFFTAG_COLORMAP, red, green, blue);
}
