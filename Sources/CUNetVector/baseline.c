// What every processor of the architecture has; on x86-64 that is SSE2, without fma: right, but slow.
#define LEVEL unet_vector_baseline
#if defined(__aarch64__)
#define LEVEL_NAME "NEON"
#else
#define LEVEL_NAME "baseline"
#define NO_FMA
#endif
#define SUMS 6
#include "level.h"
