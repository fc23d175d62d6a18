// OpenSlide (https://openslide.org), opened when it is needed: whole-slide images of microscopes' makers.
#ifndef CSLIDES_H
#define CSLIDES_H

#include <stdint.h>

/// A whole-slide image; of OpenSlide's own type.
typedef struct _openslide Slide;

/// Opens the library: NULL, or why it cannot be.
const char *slidesOpen(void);
/// Its version, such as `3.4.1`.
const char *slidesVersion(void);
/// Whether the library knows the file at `path` by its first bytes.
int slideIsKnown(const char *path);
/// Opens a file; NULL where it cannot be.
Slide *slideOpen(const char *path);
void slideClose(Slide *slide);
/// What went wrong with it; NULL for nothing.
const char *slideError(Slide *slide);
int slideLevels(Slide *slide);
void slideSize(Slide *slide, int level, int64_t *width, int64_t *height);
double slideDownsample(Slide *slide, int level);
/// A property by its name; NULL where it has none.
const char *slideProperty(Slide *slide, const char *name);
/// Reads `width` x `height` pixels of a level from (x, y) of the largest on, as bytes red, green, blue; what lies outside of what was
/// scanned is `background` (0xRRGGBB).  `argb` is room for as many numbers.
void slideRead(Slide *slide, int64_t x, int64_t y, int level, int64_t width, int64_t height,
               uint32_t background, uint32_t *argb, uint8_t *rgb);

#endif
