// libpng over a descriptor, rows after rows.  Its errors arrive by longjmp, which must not cross Swift: each function
// here sets where they go.  What a jump leaves behind is reached through the output, never through locals.
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "CImageFiles.h"

typedef struct {
  png_structp png;
  png_infop info;
  FILE *file;
} Encoder;

static void keepMessage(png_structp png, png_const_charp text) {
  PictureOutput *output = png_get_error_ptr(png);
  snprintf(output->message, sizeof output->message, "%s", text);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void writeBytes(png_structp png, png_bytep data, size_t size) {
  PictureOutput *output = png_get_io_ptr(png);
  if (fwrite(data, 1, size, ((Encoder *)output->state)->file) == size) return;
  output->error = errno;
  png_error(png, "it cannot be written");
}

static void flushNothing(png_structp png) { (void)png; }

static int littleEndian(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one;
}

static void discard(PictureOutput *output) {
  Encoder *encoder = output->state;
  if (!encoder) return;
  png_destroy_write_struct(&encoder->png, &encoder->info);
  if (encoder->file) fclose(encoder->file);
  free(encoder);
  output->state = NULL;
}

static void writeHeader(Encoder *encoder, const PictureOutput *output) {
  png_structp png = encoder->png;
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  int colour = output->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY;
  png_set_IHDR(png, encoder->info, output->width, output->height, output->bits, colour, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (output->pixelsPerMetreX && output->pixelsPerMetreY)
    png_set_pHYs(png, encoder->info, output->pixelsPerMetreX, output->pixelsPerMetreY, PNG_RESOLUTION_METER);
  png_text software = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = "Software", .text = WRITTEN_BY};
  png_set_text(png, encoder->info, &software, 1);
  png_write_info(png, encoder->info);
  if (output->bits == 16 && littleEndian()) png_set_swap(png);
}

static int fail(PictureOutput *output, const char *reason) {
  output->error = errno;
  snprintf(output->message, sizeof output->message, "%s", reason);
  return 0;
}

static int begin(PictureOutput *output) {
  Encoder *encoder = output->state = calloc(1, sizeof *encoder);
  if (!encoder) return fail(output, "not enough memory");
  int copy = dup(output->descriptor);
  encoder->file = copy < 0 ? NULL : fdopen(copy, "wb");
  if (!encoder->file) {
    fail(output, "it cannot be opened");
    if (copy >= 0) close(copy);
    return 0;
  }
  setvbuf(encoder->file, NULL, _IOFBF, 1 << 16);
  encoder->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, output, keepMessage, ignore);
  encoder->info = encoder->png ? png_create_info_struct(encoder->png) : NULL;
  if (!encoder->info) return fail(output, "not enough memory");
  if (setjmp(png_jmpbuf(encoder->png))) return 0;
  png_set_write_fn(encoder->png, output, writeBytes, flushNothing);
  writeHeader(encoder, output);
  return 1;
}

static int rows(PictureOutput *output, const uint8_t *rows, uint32_t count) {
  Encoder *encoder = output->state;
  if (setjmp(png_jmpbuf(encoder->png))) return 0;
  size_t row = (size_t)output->width * output->channels * (output->bits / 8);
  for (uint32_t y = 0; y < count; y++) png_write_row(encoder->png, rows + y * row);
  return 1;
}

static int end(PictureOutput *output) {
  Encoder *encoder = output->state;
  if (setjmp(png_jmpbuf(encoder->png))) return 0;
  png_write_end(encoder->png, NULL);
  FILE *file = encoder->file;
  encoder->file = NULL;
  if (fclose(file)) return fail(output, "it cannot be written");
  discard(output);
  return 1;
}

const PictureWriting pngWriting = {begin, rows, end, discard};
