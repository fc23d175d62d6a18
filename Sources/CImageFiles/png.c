// libpng over memory.  Its errors arrive by longjmp, which must not cross Swift, so the whole of a file is done here.
// What a jump leaves behind is reached through structures, never through locals.
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

static void keepMessage(png_structp png, png_const_charp text) {
  Picture *picture = png_get_error_ptr(png);
  snprintf(picture->message, sizeof picture->message, "%s", text);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void readBytes(png_structp png, png_bytep data, size_t size) {
  if (memoryRead(png_get_io_ptr(png), data, size) != size) png_error(png, "the file ends too early");
}

static int littleEndian(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one;
}

static void decode(png_structp png, png_infop info, Picture *picture) {
  png_read_info(png, info);
  png_set_expand(png);
  png_set_strip_alpha(png);
  if (littleEndian()) png_set_swap(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  picture->height = png_get_image_height(png, info);
  picture->width = png_get_image_width(png, info);
  picture->channels = png_get_channels(png, info);
  picture->bits = png_get_bit_depth(png, info);
  size_t row = png_get_rowbytes(png, info);
  picture->samples = calloc(picture->height, row);
  if (!picture->samples) png_error(png, "not enough memory");
  for (int pass = 0; pass < passes; pass++)
    for (size_t y = 0; y < picture->height; y++) png_read_row(png, picture->samples + y * row, NULL);
  png_read_end(png, NULL);
}

static int decodePNG(const uint8_t *bytes, size_t count, Picture *picture) {
  MemoryFile file = {(uint8_t *)bytes, count, count, 0};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, picture, keepMessage, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    snprintf(picture->message, sizeof picture->message, "not enough memory");
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, &file, readBytes);
  decode(png, info, picture);
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

extern const PictureWriting pngWriting;

// Palettes become RGB, 1, 2 and 4 bits are spread over 0...255, no gamma is applied.
const PictureFormat pngFormat = {
    .name = "PNG",
    .endings = "png",
    .beginning = "\x89PNG",
    .isExact = 1,
    .decode = decodePNG,
    .writing = &pngWriting,
};
