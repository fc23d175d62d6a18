// libtiff over a descriptor.
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "CImageFiles.h"
#include "tiff_errors.h"

static tmsize_t readBytes(thandle_t handle, void *data, tmsize_t size) {
  TIFFTarget *file = (TIFFTarget *)handle;
  tmsize_t taken = 0;
  while (taken < size) {
    ssize_t got =
        pread(file->descriptor, (char *)data + taken, (size_t)(size - taken), (off_t)file->position);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && !file->error) file->error = errno;
    if (got <= 0) break;
    taken += got;
    file->position += (uint64_t)got;
  }
  return taken;
}

static tmsize_t writeBytes(thandle_t handle, void *data, tmsize_t size) {
  TIFFTarget *file = (TIFFTarget *)handle;
  tmsize_t given = 0;
  while (given < size) {
    ssize_t took =
        pwrite(file->descriptor, (char *)data + given, (size_t)(size - given), (off_t)file->position);
    if (took < 0 && errno == EINTR) continue;
    if (took <= 0) {
      if (!file->error) file->error = took < 0 ? errno : ENOSPC;
      break;
    }
    given += took;
    file->position += (uint64_t)took;
  }
  if (file->position > file->size) file->size = file->position;
  return given;
}

static toff_t seek(thandle_t handle, toff_t offset, int from) {
  TIFFTarget *file = (TIFFTarget *)handle;
  uint64_t origin = from == SEEK_CUR ? file->position : from == SEEK_END ? file->size : 0;
  file->position = origin + offset;
  return file->position;
}

static int closeNothing(thandle_t file) {
  (void)file;
  return 0;
}

static toff_t size(thandle_t file) { return ((TIFFTarget *)file)->size; }

TIFF *tiffOpenToWrite(TIFFTarget *target, int isBig) {
  tiffKeepErrors();
  return TIFFClientOpen("", isBig ? "w8" : "w", (thandle_t)target, readBytes, writeBytes, seek, closeNothing,
                        size, NULL, NULL);
}

int tiffSet(TIFF *tiff, uint32_t tag, uint32_t value) { return TIFFSetField(tiff, tag, value); }
int tiffSetFraction(TIFF *tiff, uint32_t tag, double value) { return TIFFSetField(tiff, tag, value); }
int tiffSetText(TIFF *tiff, uint32_t tag, const char *value) { return TIFFSetField(tiff, tag, value); }

int tiffSetExtraSamples(TIFF *tiff, int count) {
  uint16_t *kinds = calloc((size_t)count, sizeof *kinds);
  int done = kinds && TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, count, kinds);
  free(kinds);
  return done;
}
