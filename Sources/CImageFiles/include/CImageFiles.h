// What Swift cannot say to image libraries itself: variadic calls, va_list handlers, setjmp.
// All work on memory, so that files are read and written in one place, with every error seen.
#ifndef CIMAGEFILES_H
#define CIMAGEFILES_H

#include <stddef.h>
#include <stdint.h>
#include <tiffio.h>

#include "CImageWriting.h"

/// Bytes that a library reads.
typedef struct {
  uint8_t *bytes;
  size_t count, capacity, position;
} MemoryFile;

// ---- TIFF

/// Opens a file for reading; NULL when it is not a TIFF.  `file` must outlive the result.
TIFF *tiffOpenToRead(MemoryFile *file);
/// What libtiff complained about on this thread since `tiffForgetErrors`; "" for nothing.
const char *tiffError(void);
void tiffForgetErrors(void);
/// A field of the current page that libtiff keeps in 16 bits, or in 32; its default where the file has none.
uint16_t tiffShort(TIFF *tiff, uint32_t tag);
uint32_t tiffLong(TIFF *tiff, uint32_t tag);
/// How many of the samples of a pixel are extra, and which of them is alpha (-1: none).
int tiffExtraSamples(TIFF *tiff, int *alpha);

// ---- Formats of single pictures

/// A picture: `samples` are [height, width, channels], 8 bits each or 16 in this machine's order.
typedef struct {
  uint32_t height, width;
  int channels, bits;
  uint8_t *samples;
  char message[256];
} Picture;

/// A format of single pictures, grey or RGB, whose library is driven by a file of this folder.
typedef struct {
  /// As messages call it; endings of file names in small letters, the usual first, parted by spaces.
  const char *name, *endings;
  /// What every file begins with.
  const char *beginning;
  /// Whether every value is kept: labels are read from such files alone.
  int isExact;
  /// Decodes to grey or RGB, without alpha: 1 on success, 0 with a message; `samples` is the
  /// caller's to free in either case, NULL before.
  int (*decode)(const uint8_t *bytes, size_t count, Picture *picture);
  /// How it is written; NULL: it is only read.
  const PictureWriting *writing;
} PictureFormat;

/// The formats by number; NULL after the last.
const PictureFormat *pictureFormat(int number);

#endif
