// Gradients of filters and biases, of convolutions and up-convolutions alike, schedule "vector":
//
//   dw[r, s, c, k] = sum over pixels of x[pixel + tap, c] * g[pixel + tap, k]      db[k] = sum of g
//
// A convolution's taps move x, an up-convolution's move g.  x may have a second source, a crop of `skip`, whose channels
// follow its own.  Output rows, counted through all images, are cut into
// blocks; a block is one chain in raster order, and `sum_blocks` adds the blocks in ascending order (numerics.md).
//
// TS  taps of a row per work-item (x moves from one to the next)     TC  channels of x per work-item
// TAIL  1 where K is no multiple of 16; a work-item takes 16 filters
#include "common.h"

#ifndef TS
#define TS 1
#endif
#ifndef TC
#define TC 2
#endif
#ifndef TAIL
#define TAIL 0
#endif

// WIDE filters of a pixel of g; zeros behind the last that is left.
static inline wide some_filters(global const float *g, int left) {
  if (left >= WIDE) return LOAD(0, g);
  float lanes[WIDE];
  for (int l = 0; l < WIDE; ++l) lanes[l] = l < left ? g[l] : 0.0f;
  return LOAD(0, lanes);
}

static inline float16 filters(global const float *g, int left) {
#if TAIL
  return some_filters(g, left);
#else
  return vload16(0, g);
#endif
}

// Range: (ceil(C / TC) + ceil(J / TC), R * (S / TS) * panels, blocks), for C channels of x and J of skip, each at least
// TC or none.  The last item of either's channels is moved back, so it writes some elements twice, equally.
// parts is [blocks, R, S, C + J, K]; strides count floats.
#ifdef KERNEL_weight_gradient
kernel void weight_gradient(global const float *restrict x, global const float *restrict skip,
                            global const float *restrict g, global float *restrict parts, int R, int S, int C,
                            int J, int K, int OH, int OW, int rows, int blockRows, int panels, int xImage,
                            int xRow, int xPixel, int xTapRow, int xTapColumn, int skipImage, int skipStart,
                            int skipRow, int skipPixel, int gImage, int gStart, int gRow, int gPixel,
                            int gTapRow, int gTapColumn) {
  const int block = get_global_id(2), own = (C + TC - 1) / TC, item = get_global_id(0), second = item >= own;
  const int c0 = second ? min((item - own) * TC, J - TC) : min(item * TC, C - TC);
  const int panel = get_global_id(1) % panels, tap = get_global_id(1) / panels;
  const int r = tap / (S / TS), s0 = tap % (S / TS) * TS, k0 = panel * 16;
  global const float *from =
      c0 + (second ? skip + skipStart + r * skipRow + s0 * skipPixel : x + r * xTapRow + s0 * xTapColumn);
  const int image = second ? skipImage : xImage, line = second ? skipRow : xRow,
            pixel = second ? skipPixel : xPixel;
  g += gStart + k0 + r * gTapRow + s0 * gTapColumn;

  float16 acc[TS * TC];
  UNROLL(t, TS * TC) acc[t] = (float16)(0.0f);

  const int end = min((block + 1) * blockRows, rows);
  for (int row = block * blockRows; row < end; ++row) {
    global const float *xp = from + (size_t)(row / OH) * image + (size_t)(row % OH) * line;
    global const float *gp = g + (size_t)(row / OH) * gImage + (size_t)(row % OH) * gRow;
    for (int w = 0; w < OW; ++w) {
      const float16 f = filters(gp, K - k0);
      UNROLL(s, TS)
        UNROLL(c, TC) acc[s * TC + c] = fma((float16)(xp[s * pixel + c]), f, acc[s * TC + c]);
      xp += pixel;
      gp += gPixel;
    }
  }

  UNROLL(s, TS)
    UNROLL(c, TC) {
      global float *to =
          parts + (((size_t)(block * R + r) * S + s0 + s) * (C + J) + (second ? C : 0) + c0 + c) * K + k0;
#if TAIL
      float lanes[16];
      vstore16(acc[s * TC + c], 0, lanes);
      for (int l = 0; l < min(16, K - k0); ++l) to[l] = lanes[l];
#else
      vstore16(acc[s * TC + c], 0, to);
#endif
    }
}
#endif

// The gradient of a bias: each pixel of a block adds its R x S elements of g in order.  parts is [blocks, K].
// Range: (ceil(K / WIDE), blocks)
#ifdef KERNEL_bias_gradient
kernel void bias_gradient(global const float *restrict g, global float *restrict parts, int R, int S, int K,
                          int OH, int OW, int rows, int blockRows, int gImage, int gStart, int gRow,
                          int gPixel, int gTapRow, int gTapColumn) {
  const int k0 = get_global_id(0) * WIDE, block = get_global_id(1), left = min(WIDE, K - k0);
  const int end = min((block + 1) * blockRows, rows);
  wide acc = (wide)(0.0f);
  for (int row = block * blockRows; row < end; ++row) {
    global const float *from = g + (size_t)(row / OH) * gImage + gStart + (size_t)(row % OH) * gRow + k0;
    for (int w = 0; w < OW; ++w) {
      for (int r = 0; r < R; ++r)
        for (int s = 0; s < S; ++s) acc = acc + some_filters(from + r * gTapRow + s * gTapColumn, left);
      from += gPixel;
    }
  }
  float lanes[WIDE];
  STORE(acc, 0, lanes);
  for (int l = 0; l < left; ++l) parts[(size_t)block * K + k0 + l] = lanes[l];
}
#endif

// total[i] = parts[0, i] + parts[1, i] + ..., ascending.   Range: (SHARE of ceil(count / WIDE))
#ifdef KERNEL_sum_blocks
kernel void sum_blocks(global const float *restrict parts, global float *restrict total, int count,
                       int blocks) {
  SHARE(i, (count + WIDE - 1) / WIDE) {
    const int first = i * WIDE, left = min(WIDE, count - first);
    if (left == WIDE) {
      wide sum = LOAD(0, parts + first);
      for (int b = 1; b < blocks; ++b) sum = sum + LOAD(0, parts + (size_t)b * count + first);
      STORE(sum, 0, total + first);
    } else {
      for (int l = 0; l < left; ++l) {
        float sum = parts[first + l];
        for (int b = 1; b < blocks; ++b) sum = sum + parts[(size_t)b * count + first + l];
        total[first + l] = sum;
      }
    }
  }
}
#endif
