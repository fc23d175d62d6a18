// Pictures written to an open descriptor, rows after rows, so that none is held.
#ifndef CIMAGEWRITING_H
#define CIMAGEWRITING_H

#include <stdint.h>
#include <tiffio.h>

/// What every file that is written names as its software, and by which it is known again.
#define WRITTEN_BY "swift-unet"

// ---- TIFF

/// A file that libtiff writes to; `error` is the errno of the first call that failed, 0 before.
typedef struct {
  int descriptor;
  uint64_t position, size;
  int error;
} TIFFTarget;

/// Opens an empty file for writing, BigTIFF where `isBig`.  `target` must outlive the result.
TIFF *tiffOpenToWrite(TIFFTarget *target, int isBig);
/// Sets a field of 16 or 32 bits, one that is a fraction, or a text; 0 on failure.
int tiffSet(TIFF *tiff, uint32_t tag, uint32_t value);
int tiffSetFraction(TIFF *tiff, uint32_t tag, double value);
int tiffSetText(TIFF *tiff, uint32_t tag, const char *value);
/// Declares `count` extra samples of no stated meaning.
int tiffSetExtraSamples(TIFF *tiff, int count);

// ---- Formats of single pictures

/// A picture being written: its shape, `bits` of a value (16 in this machine's order), pixels a metre (0: unknown).
typedef struct {
  uint32_t height, width;
  int channels, bits;
  uint32_t pixelsPerMetreX, pixelsPerMetreY;
  int descriptor;
  /// The errno of the write that failed, 0 where the library refused, which `message` tells.
  int error;
  char message[256];
  void *state;
} PictureOutput;

/// How a format is written: each gives 1 on success and 0 with a message, after which only `discard` may follow.
/// `end` and `discard` free what `begin` took; the descriptor stays open.
typedef struct {
  int (*begin)(PictureOutput *output);
  int (*rows)(PictureOutput *output, const uint8_t *rows, uint32_t count);
  int (*end)(PictureOutput *output);
  void (*discard)(PictureOutput *output);
} PictureWriting;

#endif
