// libjpeg-turbo over memory.  Its errors arrive where it must not be returned to, so they jump, as in png.c.
// What a jump leaves behind is reached through a structure, never through locals.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "CImageFiles.h"

typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  Picture *picture;
} Decoder;

static void refuse(j_common_ptr jpeg, const char *reason) {
  Decoder *decoder = (Decoder *)jpeg;
  snprintf(decoder->picture->message, sizeof decoder->picture->message, "%s", reason);
  longjmp(decoder->failed, 1);
}

static void fail(j_common_ptr jpeg) {
  char reason[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, reason);
  refuse(jpeg, reason);
}

// What is missing or damaged libjpeg makes up, with a warning.
static void failAtWarnings(j_common_ptr jpeg, int level) {
  if (level < 0) fail(jpeg);
}

// A few bytes can ask for a pass over the whole picture, again and again; a program that saves pictures asks for ten.
static void limitPasses(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number > 100) refuse(jpeg, "it has more than 100 scans");
}

static void checkHeader(j_decompress_ptr jpeg, size_t count) {
  j_common_ptr common = (j_common_ptr)jpeg;
  J_COLOR_SPACE space = jpeg->jpeg_color_space;
  if (jpeg->data_precision != 8) refuse(common, "it has 12 bits a value; save it with 8");
  if (space != JCS_GRAYSCALE && space != JCS_YCbCr && space != JCS_RGB)
    refuse(common, "it is neither grey nor RGB; save it as one of them");
  if (jpeg->arith_code) refuse(common, "it is coded arithmetically; save it in the usual way");
  // A block of 8x8 values takes a bit at least: memory is given to what can be there.
  if ((uint64_t)jpeg->image_width * jpeg->image_height > (uint64_t)count * 8 * 64)
    refuse(common, "it ends too early");
}

static void decode(Decoder *decoder, const uint8_t *bytes, size_t count) {
  j_decompress_ptr jpeg = &decoder->jpeg;
  jpeg_create_decompress(jpeg);
  jpeg->progress = &decoder->progress;
  jpeg_mem_src(jpeg, bytes, count);
  jpeg_read_header(jpeg, TRUE);
  checkHeader(jpeg, count);
  jpeg->out_color_space = jpeg->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(jpeg);
  Picture *picture = decoder->picture;
  picture->height = jpeg->output_height;
  picture->width = jpeg->output_width;
  picture->channels = jpeg->output_components;
  picture->bits = 8;
  size_t row = (size_t)picture->width * picture->channels;
  picture->samples = calloc(picture->height, row);
  if (!picture->samples) refuse((j_common_ptr)jpeg, "not enough memory");
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW samples = picture->samples + jpeg->output_scanline * row;
    jpeg_read_scanlines(jpeg, &samples, 1);
  }
  jpeg_finish_decompress(jpeg);
}

static int decodeJPEG(const uint8_t *bytes, size_t count, Picture *picture) {
  Decoder decoder = {.progress.progress_monitor = limitPasses, .picture = picture};
  decoder.jpeg.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = fail;
  decoder.errors.emit_message = failAtWarnings;
  int failed = setjmp(decoder.failed);
  if (!failed) decode(&decoder, bytes, count);
  jpeg_destroy_decompress(&decoder.jpeg);
  return !failed;
}

// Compression changes values, so no labels are read of it, and nothing is written in it.
const PictureFormat jpegFormat = {
    .name = "JPEG",
    .endings = "jpg jpeg",
    .beginning = "\xFF\xD8\xFF",
    .decode = decodeJPEG,
};
