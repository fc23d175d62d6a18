// x86-64 with AVX-512: 32 registers of 16 lanes.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma"))), apply_to = function)
#define LEVEL unet_vector_avx512
#define LEVEL_NAME "AVX-512"
#define SUMS 24
#define LOAD_PART(p, n) ((v16)_mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1), p))
#define STORE_PART(p, n, a) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (n)) - 1), (__m512)(a))
#include "level.h"
#pragma clang attribute pop
#endif
