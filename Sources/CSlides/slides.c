#include "CSlides.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static struct {
  const char *(*version)(void);
  const char *(*vendor)(const char *);
  Slide *(*open)(const char *);
  void (*close)(Slide *);
  const char *(*error)(Slide *);
  int32_t (*levels)(Slide *);
  void (*size)(Slide *, int32_t, int64_t *, int64_t *);
  double (*downsample)(Slide *, int32_t);
  const char *(*property)(Slide *, const char *);
  void (*read)(Slide *, uint32_t *, int64_t, int64_t, int32_t, int64_t, int64_t);
} library;

static const char *problem = "it lacks a function";
static int isOpen;

static int find(void *handle, const char *name, void *pointer) {
  void *symbol = dlsym(handle, name);
  memcpy(pointer, &symbol, sizeof symbol);
  return symbol != NULL;
}

static void openLibrary(void) {
  // OpenSlide 4 and 3.4, which have the same functions.
  void *handle = dlopen("libopenslide.so.1", RTLD_NOW);
  if (!handle) handle = dlopen("libopenslide.so.0", RTLD_NOW);
  if (!handle) {
    problem = dlerror();
    return;
  }
  isOpen = find(handle, "openslide_get_version", &library.version) &&
           find(handle, "openslide_detect_vendor", &library.vendor) &&
           find(handle, "openslide_open", &library.open) && find(handle, "openslide_close", &library.close) &&
           find(handle, "openslide_get_error", &library.error) &&
           find(handle, "openslide_get_level_count", &library.levels) &&
           find(handle, "openslide_get_level_dimensions", &library.size) &&
           find(handle, "openslide_get_level_downsample", &library.downsample) &&
           find(handle, "openslide_get_property_value", &library.property) &&
           find(handle, "openslide_read_region", &library.read);
}

const char *slidesOpen(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, openLibrary);
  return isOpen ? NULL : problem;
}

const char *slidesVersion(void) { return library.version(); }
int slideIsKnown(const char *path) { return library.vendor(path) != NULL; }
Slide *slideOpen(const char *path) { return library.open(path); }
void slideClose(Slide *slide) { library.close(slide); }
const char *slideError(Slide *slide) { return library.error(slide); }
int slideLevels(Slide *slide) { return library.levels(slide); }
void slideSize(Slide *slide, int level, int64_t *width, int64_t *height) {
  library.size(slide, level, width, height);
}
double slideDownsample(Slide *slide, int level) { return library.downsample(slide, level); }
const char *slideProperty(Slide *slide, const char *name) { return library.property(slide, name); }

void slideRead(Slide *slide, int64_t x, int64_t y, int level, int64_t width, int64_t height,
               uint32_t background, uint32_t *argb, uint8_t *rgb) {
  library.read(slide, argb, x, y, level, width, height);
  for (int64_t at = 0; at < width * height; at++) {
    uint32_t alpha = argb[at] >> 24;
    for (int channel = 0; channel < 3; channel++) {
      int shift = 16 - 8 * channel;
      uint32_t value = argb[at] >> shift & 255, behind = background >> shift & 255;
      // Values are multiplied by alpha already.
      rgb[3 * at + channel] = (uint8_t)(alpha == 255 ? value : value + behind * (255 - alpha) / 255);
    }
  }
}
