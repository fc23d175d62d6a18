// libpng.  Its errors arrive by longjmp, which must not cross Swift, so the whole of a file is done here.
// What a jump leaves behind is reached through structures, never through locals.
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

static void keepMessage(png_structp png, png_const_charp text) {
  Picture *picture = png_get_error_ptr(png);
  snprintf(picture->message, sizeof picture->message, "%s", text);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void readBytes(png_structp png, png_bytep data, size_t size) {
  if (diskRead(png_get_io_ptr(png), data, size) != size)
    png_error(png, "the file ends too early; copy it anew");
}

static int littleEndian(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one;
}

// Numbers as they are stored: palettes as numbers, 1, 2 and 4 bits in a byte each, no gamma applied, no alpha.
static void readHeader(png_structp png, png_infop info) {
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_ALWAYS, (png_const_bytep) "acTL", 1);
  png_read_info(png, info);
  png_set_packing(png);
  png_set_strip_alpha(png);
  if (littleEndian()) png_set_swap(png);
}

// Frames after the first are left unread by libpng.
static void refuseAnimation(png_structp png, png_infop info) {
  png_unknown_chunkp chunks = NULL;
  int count = png_get_unknown_chunks(png, info, &chunks);
  for (int i = 0; i < count; i++)
    if (memcmp(chunks[i].name, "acTL", 4) == 0 && chunks[i].size >= 4 && png_get_uint_32(chunks[i].data) > 1)
      png_error(png, "it is an animation; save its frames as images of their own");
}

static void keepColours(png_structp png, png_infop info, Picture *picture) {
  png_colorp colours = NULL;
  if (png_get_color_type(png, info) != PNG_COLOR_TYPE_PALETTE) return;
  png_get_PLTE(png, info, &colours, &picture->colours);
  for (int i = 0; i < picture->colours; i++) {
    picture->palette[i][0] = colours[i].red;
    picture->palette[i][1] = colours[i].green;
    picture->palette[i][2] = colours[i].blue;
  }
}

static void keepMetadata(png_structp png, png_infop info, Picture *picture) {
  png_uint_32 x = 0, y = 0, count = 0;
  int unit = 0;
  if (png_get_pHYs(png, info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER) {
    picture->resolutionUnit = 3;
    picture->xResolution = x / 100.0;
    picture->yResolution = y / 100.0;
  }
  png_textp texts = NULL;
  int many = png_get_text(png, info, &texts, NULL);
  for (int i = 0; i < many; i++)
    if (!strcmp(texts[i].key, "Software") && !strcmp(texts[i].text, WRITTEN_BY)) picture->isOwn = 1;
#ifdef PNG_eXIf_SUPPORTED
  png_bytep exif = NULL;
  if (png_get_eXIf_1(png, info, &count, &exif) && count > 0) {
    picture->exif = malloc(count);
    if (!picture->exif) png_error(png, "not enough memory");
    memcpy(picture->exif, exif, count);
    picture->exifCount = count;
  }
#endif
}

static void describe(png_structp png, png_infop info, DiskFile *file, Picture *picture) {
  readHeader(png, info);
  // No deflate makes of one byte more than 1032, and a value has at least a bit.  What follows takes memory for rows.
  uint64_t pixels = (uint64_t)png_get_image_height(png, info) * png_get_image_width(png, info);
  if (pixels / 8 * png_get_bit_depth(png, info) / 1032 > file->size)
    png_error(png, "the file ends too early; copy it anew");
  refuseAnimation(png, info);
  picture->bits = png_get_bit_depth(png, info);
  keepColours(png, info, picture);
  keepMetadata(png, info, picture);
  png_read_update_info(png, info);
  picture->height = png_get_image_height(png, info);
  picture->width = png_get_image_width(png, info);
  picture->channels = png_get_channels(png, info);
}

static void decode(png_structp png, png_infop info, DiskFile *file, Picture *picture) {
  (void)file;
  readHeader(png, info);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row = (size_t)picture->width * picture->channels * (picture->bits == 16 ? 2 : 1);
  if (png_get_rowbytes(png, info) != row || png_get_image_height(png, info) != picture->height)
    png_error(png, "it changes while it is read");
  for (int pass = 0; pass < passes; pass++)
    for (size_t y = 0; y < picture->height; y++) png_read_row(png, picture->samples + y * row, NULL);
  png_read_end(png, NULL);
}

typedef void Work(png_structp png, png_infop info, DiskFile *file, Picture *picture);

static int withReader(DiskFile *file, Picture *picture, Work *work) {
  file->position = 0;
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
  png_set_read_fn(png, file, readBytes);
  work(png, info, file, picture);
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

static int describePNG(DiskFile *file, Picture *picture) { return withReader(file, picture, describe); }
static int decodePNG(DiskFile *file, Picture *picture) { return withReader(file, picture, decode); }

extern const PictureWriting pngWriting;

const PictureFormat pngFormat = {
    .name = "PNG",
    .endings = "png",
    .beginning = "\x89PNG",
    .isExact = 1,
    .describe = describePNG,
    .decode = decodePNG,
    .writing = &pngWriting,
};
