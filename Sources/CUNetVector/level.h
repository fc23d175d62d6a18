// One instruction set's loops.  Who includes this defines
//   LEVEL, LEVEL_NAME  the name of the table and that for people
//   SUMS               24 where 24 vectors of 16 lanes stay in registers beside the operands, else 6
//   NO_FMA             where the instruction set has no fused multiply-add
//   LOAD_PART(p, n), STORE_PART(p, n, a)  the first n < 16 lanes, if the instruction set can mask
#include <string.h>

#include "CUNetVector.h"

#pragma STDC FP_CONTRACT OFF

typedef float v16 __attribute__((ext_vector_type(16)));
typedef v16 v16_unaligned __attribute__((aligned(4)));

// The sides of register tiles.  Their arrays have the greatest, since one whose length is a parameter stays in memory.
enum { MOST_PIXELS = 12, MOST_VECTORS = 4, MOST_SHIFTS = 4, MOST_CHANNELS = 24 };

#define INLINE static inline __attribute__((always_inline))
#define UNROLL(i, count) _Pragma("unroll") for (int i = 0; i < (count); ++i)
// Functions of vectors are inlined, so that none is passed as SSE2 would.
#pragma clang diagnostic ignored "-Wpsabi"
#if defined(NO_FMA)
#include "fused.h"
#define FMA(a, b, c) fused(a, b, c)
#else
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#endif
#define LOAD(p) (*(const v16_unaligned *)(p))
#define STORE(p, a) (*(v16_unaligned *)(p) = (a))

#ifndef LOAD_PART
#define LOAD_PART(p, n)                                                   \
  ({                                                                      \
    v16 part_ = 0.0f;                                                     \
    for (long lane_ = 0; lane_ < (n); lane_++) part_[lane_] = (p)[lane_]; \
    part_;                                                                \
  })
#define STORE_PART(p, n, a)                                               \
  do {                                                                    \
    const v16 part_ = (a);                                                \
    for (long lane_ = 0; lane_ < (n); lane_++) (p)[lane_] = part_[lane_]; \
  } while (0)
#endif

// What shared/winograd_lines.h and shared/adam.h work on, and its bits.
typedef v16 wide;
typedef unsigned u16 __attribute__((ext_vector_type(16)));
#define BITS_OF(x) ((u16)(x))
#define WIDE_OF(bits) ((v16)(u16)(bits))

INLINE float as_float(int bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE int as_int(float x) {
  int bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

#include "../../Kernels/shared/adam.h"
#include "../../Kernels/shared/elementary.h"
#include "../../Kernels/shared/random.h"
#include "../../Kernels/shared/winograd_lines.h"

#include "convolve.h"
#include "dropout.h"
#include "gradient.h"
#include "loss.h"
#include "peak.h"
#include "pool.h"
#include "update.h"
#include "winograd.h"
#include "winograd_gradient.h"

const UNetVectorLevel LEVEL = {
    .name = LEVEL_NAME,
    .sums = SUMS,
#if defined(NO_FMA)
    .fuses = 0,
#else
    .fuses = 1,
#endif
    .convolve = convolve,
    .winograd_filters = winograd_filters,
    .winograd_input = winograd_input,
    .winograd_panel = winograd_panel,
    .winograd_gradient = winograd_gradient,
    .winograd_gradient_scratch = winograd_gradient_scratch,
    .gradient_channels = gradient_channels,
    .gradient = gradient,
    .pack_pixels = pack_pixels,
    .max_pool = max_pool,
    .max_pool_gradient = max_pool_gradient,
    .accumulate = accumulate,
    .rectify = rectify,
    .dropout = dropout,
    .sgd = sgd,
    .adam = adam,
    .softmax = softmax,
    .cross_entropy = cross_entropy,
    .exponential = exponential,
    .logarithm = logarithm,
    .peak = peak,
};
