// What every processor of the architecture has.  On x86-64 that lacks fma, so each is a call of fmaf: right, but
// slow.
#define LEVEL unet_vector_baseline
#if defined(__aarch64__)
#define LEVEL_NAME "NEON"
#else
#define LEVEL_NAME "baseline"
#endif
#define SUMS 6
#include "level.h"
