#include "CImageFiles.h"

// The formats of single pictures: a file of this folder for each.
extern const PictureFormat pngFormat, jpegFormat;
static const PictureFormat *const formats[] = {&pngFormat, &jpegFormat};

const PictureFormat *pictureFormat(int number) {
  return number < (int)(sizeof formats / sizeof *formats) ? formats[number] : NULL;
}
