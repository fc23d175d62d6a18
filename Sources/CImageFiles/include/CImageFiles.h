// What Swift cannot say to libtiff and libpng itself: variadic calls, va_list handlers, setjmp.
// Both libraries work on memory, so that files are read and written in one place, with every error seen.
#ifndef CIMAGEFILES_H
#define CIMAGEFILES_H

#include <stddef.h>
#include <stdint.h>

// ---- TIFF.  `tiff` is libtiff's TIFF *.

/// Bytes that libtiff reads, or that it has written (`bytes` is then malloc'd and grows).
typedef struct {
  uint8_t *bytes;
  size_t count, capacity, position;
} MemoryFile;

/// Opens a file for reading; NULL when it is not a TIFF.  `file` must outlive the result.
void *tiffOpenToRead(MemoryFile *file);
/// Opens an empty file for writing; `bytes` is the caller's to free after closing.
void *tiffOpenToWrite(MemoryFile *file);
/// What libtiff complained about on this thread since `tiffForgetErrors`; "" for nothing.
const char *tiffError(void);
void tiffForgetErrors(void);
/// A field of the current page that libtiff keeps in 16 bits, or in 32; its default where the file has none.
uint16_t tiffShort(void *tiff, uint32_t tag);
uint32_t tiffLong(void *tiff, uint32_t tag);
/// How many of the samples of a pixel are extra, and which of them is alpha (-1: none).
int tiffExtraSamples(void *tiff, int *alpha);
/// Sets a field of 16 or 32 bits; 0 on failure.
int tiffSet(void *tiff, uint32_t tag, uint32_t value);
/// Declares `count` extra samples of no stated meaning.
int tiffSetExtraSamples(void *tiff, int count);

// ---- PNG

/// A picture: `samples` are [height, width, channels], 8 bits each or 16 in this machine's order.
typedef struct {
  uint32_t height, width;
  int channels, bits;
  uint8_t *samples;
  char message[256];
} PNGPicture;

/// Decodes to grey or RGB, alpha dropped, palettes and 1, 2, 4 bits expanded, no gamma applied.
/// 1 on success (`samples` is the caller's to free), 0 with a message.
int pngDecode(const uint8_t *bytes, size_t count, PNGPicture *picture);
/// Encodes; 1 on success (`file->bytes` is the caller's to free), 0 with a message in the picture.
int pngEncode(PNGPicture *picture, MemoryFile *file);

#endif
