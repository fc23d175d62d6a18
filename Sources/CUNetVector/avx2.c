// x86-64 with AVX2 and FMA: 16 registers of 8 lanes, so a vector of 16 takes two.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL unet_vector_avx2
#define LEVEL_NAME "AVX2"
#define SUMS 6
// The mask of n lanes begins at 16 - n.
static const int lanes_before[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
#define MASK(n, half) _mm256_loadu_si256((const __m256i *)(lanes_before + 16 - (n) + 8 * (half)))
#define LOAD_PART(p, n)                                                                                     \
  __builtin_shufflevector(_mm256_maskload_ps(p, MASK(n, 0)), _mm256_maskload_ps((p) + 8, MASK(n, 1)), 0, 1, \
                          2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define STORE_PART(p, n, a)                                                                            \
  do {                                                                                                 \
    const v16 part_ = (a);                                                                             \
    _mm256_maskstore_ps(p, MASK(n, 0), __builtin_shufflevector(part_, part_, 0, 1, 2, 3, 4, 5, 6, 7)); \
    _mm256_maskstore_ps((p) + 8, MASK(n, 1),                                                           \
                        __builtin_shufflevector(part_, part_, 8, 9, 10, 11, 12, 13, 14, 15));          \
  } while (0)
#include "level.h"
#pragma clang attribute pop
#endif
