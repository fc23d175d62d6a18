// x86-64 with AVX2 and FMA: 16 registers of 8 lanes, so a vector of 16 takes two.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL unet_vector_avx2
#define LEVEL_NAME "AVX2"
#define SUMS 6
#include "level.h"
#pragma clang attribute pop
#endif
