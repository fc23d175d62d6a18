// What Swift cannot say to image libraries itself: variadic calls, va_list handlers, setjmp.
// Files are read and written in pieces and never held as a whole.
#ifndef CIMAGEFILES_H
#define CIMAGEFILES_H

#include <expat.h>
#include <stddef.h>
#include <stdint.h>
#include <tiffio.h>

#include "CImageWriting.h"

/// A regular file that a library reads; `error` is the errno of the first read that failed, 0 before.
typedef struct {
  int descriptor;
  uint64_t size, position;
  int error;
} DiskFile;

// ---- TIFF

/// Opens a file for reading; NULL when it is not a TIFF.  `file` must outlive the result.
TIFF *tiffOpenToRead(DiskFile *file);
/// What libtiff complained about on this thread since `tiffForgetErrors`, or what its JPEG decoder made up; "" for nothing.
const char *tiffError(void);
void tiffForgetErrors(void);
/// A field of the current page that libtiff keeps in 16 bits, or in 32; its default where the file has none.
uint16_t tiffShort(TIFF *tiff, uint32_t tag);
uint32_t tiffLong(TIFF *tiff, uint32_t tag);
/// A field of 16 bits; -1 where the file has none.
int tiffStated(TIFF *tiff, uint32_t tag);
/// A field kept as a float; 0 where the file has none.
float tiffFloat(TIFF *tiff, uint32_t tag);
/// How many of the samples of a pixel, the last ones, are extra; `kinds` says what each is.
int tiffExtraSamples(TIFF *tiff, const uint16_t **kinds);
/// The table of colours, `1 << bits` of each; 0 where the file has none.
int tiffColours(TIFF *tiff, const uint16_t **red, const uint16_t **green, const uint16_t **blue);
// ---- Formats of single pictures

/// A picture: `samples` are [height, width, channels], a byte each or two in this machine's order.
typedef struct {
  uint32_t height, width;
  /// `bits` of a value: 1, 2, 4, 8 or 16, not spread over a byte.
  int channels, bits;
  uint8_t *samples;
  /// How many colours the values are numbers of; 0 where they are values themselves.
  int colours;
  uint8_t palette[256][3];
  /// Pixels along x and y in an inch (unit 2) or a centimetre (unit 3), as in TIFF; unit 0: not known.
  double xResolution, yResolution;
  int resolutionUnit;
  /// Whether this program wrote it.
  int isOwn;
  /// What the camera or the scanner says, in the form of a TIFF's directory; the caller's to free.
  uint8_t *exif;
  size_t exifCount;
  char message[256];
} Picture;

/// A format of single pictures, grey, RGB or of a palette, whose library is driven by a file of this folder.
typedef struct {
  /// As messages call it; endings of file names in small letters, the usual first, parted by spaces.
  const char *name, *endings;
  /// What every file begins with.
  const char *beginning;
  /// Whether every value is kept: labels are read from such files alone.
  int isExact;
  /// Fills in all but `samples`: 1 on success, 0 with a message.
  int (*describe)(DiskFile *file, Picture *picture);
  /// Fills `samples`, which the caller has made for what `describe` said, without alpha: 1, or 0 with a message.
  int (*decode)(DiskFile *file, Picture *picture);
  /// How it is written; NULL: it is only read.
  const PictureWriting *writing;
} PictureFormat;

/// The formats by number; NULL after the last.
const PictureFormat *pictureFormat(int number);

#endif
