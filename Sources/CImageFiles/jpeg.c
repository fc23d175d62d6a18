// libjpeg-turbo over a file.  Its errors arrive where it must not be returned to, so they jump, as in png.c.
// What a jump leaves behind is reached through a structure, never through locals.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

#include "CImageFiles.h"

typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  FILE *stream;
  uint64_t size;
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

static void checkHeader(j_decompress_ptr jpeg, uint64_t size) {
  j_common_ptr common = (j_common_ptr)jpeg;
  J_COLOR_SPACE space = jpeg->jpeg_color_space;
  if (jpeg->data_precision != 8) refuse(common, "it has 12 bits a value; save it with 8");
  if (space != JCS_GRAYSCALE && space != JCS_YCbCr && space != JCS_RGB)
    refuse(common, "it is neither grey nor RGB; save it as one of them");
  if (jpeg->arith_code) refuse(common, "it is coded arithmetically; save it in the usual way");
  // A block of 8x8 values takes a bit at least: memory is given to what can be there.
  if ((uint64_t)jpeg->image_width * jpeg->image_height > size * 8 * 64)
    refuse(common, "it ends too early; copy it anew");
}

// The first marker of Exif, without its name.
static void keepExif(j_decompress_ptr jpeg, Picture *picture) {
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
    if (marker->data_length <= 6 || memcmp(marker->data, "Exif\0", 6) != 0) continue;
    picture->exifCount = marker->data_length - 6;
    picture->exif = malloc(picture->exifCount);
    if (!picture->exif) refuse((j_common_ptr)jpeg, "not enough memory");
    memcpy(picture->exif, marker->data + 6, picture->exifCount);
    return;
  }
}

static void readHeader(Decoder *decoder) {
  j_decompress_ptr jpeg = &decoder->jpeg;
  jpeg_create_decompress(jpeg);
  jpeg->progress = &decoder->progress;
  jpeg_stdio_src(jpeg, decoder->stream);
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(jpeg, TRUE);
  checkHeader(jpeg, decoder->size);
  jpeg->out_color_space = jpeg->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
}

static void describe(Decoder *decoder) {
  readHeader(decoder);
  j_decompress_ptr jpeg = &decoder->jpeg;
  jpeg_calc_output_dimensions(jpeg);
  Picture *picture = decoder->picture;
  picture->height = jpeg->output_height;
  picture->width = jpeg->output_width;
  picture->channels = jpeg->output_components;
  picture->bits = 8;
  if (jpeg->saw_JFIF_marker && jpeg->density_unit > 0) {
    picture->resolutionUnit = jpeg->density_unit + 1;
    picture->xResolution = jpeg->X_density;
    picture->yResolution = jpeg->Y_density;
  }
  keepExif(jpeg, picture);
}

static void decode(Decoder *decoder) {
  readHeader(decoder);
  j_decompress_ptr jpeg = &decoder->jpeg;
  Picture *picture = decoder->picture;
  jpeg_start_decompress(jpeg);
  size_t row = (size_t)picture->width * picture->channels;
  if (jpeg->output_height != picture->height || (size_t)jpeg->output_width * jpeg->output_components != row)
    refuse((j_common_ptr)jpeg, "it changes while it is read");
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW samples = picture->samples + jpeg->output_scanline * row;
    jpeg_read_scanlines(jpeg, &samples, 1);
  }
  jpeg_finish_decompress(jpeg);
}

static int withDecoder(DiskFile *file, Picture *picture, void (*work)(Decoder *)) {
  Decoder decoder = {.progress.progress_monitor = limitPasses, .size = file->size, .picture = picture};
  int descriptor = dup(file->descriptor);
  decoder.stream = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
  if (!decoder.stream) {
    if (descriptor >= 0) close(descriptor);
    snprintf(picture->message, sizeof picture->message, "the system lets no more files be opened");
    return 0;
  }
  rewind(decoder.stream);
  decoder.jpeg.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = fail;
  decoder.errors.emit_message = failAtWarnings;
  int failed = setjmp(decoder.failed);
  if (!failed) work(&decoder);
  jpeg_destroy_decompress(&decoder.jpeg);
  fclose(decoder.stream);
  return !failed;
}

static int describeJPEG(DiskFile *file, Picture *picture) { return withDecoder(file, picture, describe); }
static int decodeJPEG(DiskFile *file, Picture *picture) { return withDecoder(file, picture, decode); }

// Compression changes values, so no labels are read of it, and nothing is written in it.
const PictureFormat jpegFormat = {
    .name = "JPEG",
    .endings = "jpg jpeg",
    .beginning = "\xFF\xD8\xFF",
    .describe = describeJPEG,
    .decode = decodeJPEG,
};
