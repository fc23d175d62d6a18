// Gradients of filters and biases, of convolutions and up-convolutions alike (shared/geometry.h), schedule "vector".
// Output rows, counted through all images, are cut into blocks; a block is one chain in raster order, and `sum_blocks`
// adds the blocks in ascending order (numerics.md).
//
// TS  taps of a row per work-item (x moves from one to the next)     TC  channels of x per work-item
// TAIL  1 where K is no multiple of 16; a work-item takes 16 filters
#include "common.h"
#include "shared/geometry.h"

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
  return KEPT(lanes);
}

static inline float16 filters(global const float *g, int left) {
#if TAIL
  return some_filters(g, left);
#else
  return LOAD(0, g);
#endif
}

// The rows of pixels of a block, first ..< end, counted through all images.
static inline int2 block_rows(UNetFilterGradient shape, int block) {
  const int rows = shape.pixels / shape.g.width;
  return (int2)(block * (int)shape.block, min((block + 1) * (int)shape.block, rows));
}

// Range: (ceil(C / TC) + ceil(J / TC), R * (S / TS) * panels, blocks), for C channels of x and J of skip, each at least
// TC or none.  The last item of either's channels is moved back, so it writes some elements twice, equally.
// parts is [blocks, R, S, C + J, K].
#ifdef KERNEL_weight_gradient
kernel void weight_gradient(global const float *restrict x, global const float *restrict skip,
                            global const float *restrict g, global float *restrict parts,
                            UNetFilterGradient shape, int panels) {
  const int R = shape.R, S = shape.S, C = shape.from.channels, J = shape.from.skipChannels, K = shape.K;
  const int OH = shape.g.height, OW = shape.g.width;
  const int block = get_global_id(2), own = (C + TC - 1) / TC, item = get_global_id(0), second = item >= own;
  const int c0 = second ? min((item - own) * TC, J - TC) : min(item * TC, C - TC);
  const int panel = get_global_id(1) % panels, tap = get_global_id(1) / panels;
  const int r = tap / (S / TS), s0 = tap % (S / TS) * TS, k0 = panel * 16;
  const UNetPicture picture = second ? shape.from.skip : shape.from.x;
  const long pixel = picture.pixel, gPixel = shape.g.pixel;
  global const float *from = (second ? skip : x) + picture.start + c0 +
                             r * (second ? picture.row : shape.from.tapRow) +
                             s0 * (second ? picture.pixel : shape.from.tapColumn);
  g += shape.g.start + k0 + r * shape.gTapRow + s0 * shape.gTapColumn;

  float16 acc[TS * TC];
  UNROLL(t, TS * TC) acc[t] = (float16)(0.0f);

  const int2 rows = block_rows(shape, block);
  for (int row = rows.x; row < rows.y; ++row) {
    global const float *xp = from + (row / OH) * picture.image + (row % OH) * picture.row;
    global const float *gp = g + (row / OH) * shape.g.image + (row % OH) * shape.g.row;
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
      STORE(acc[s * TC + c], 0, to);
#endif
    }
}
#endif

#if TILE
// An item of a GPU waits for memory, not for additions: so many loads are on their way before the first is added.
#define AHEAD 32

// sum + the elements of AHEAD / TAPS pixels, TAPS of each, in the order of the loops below.
static inline float add_ahead(float sum, global const float *from, UNetFilterGradient shape, const int taps) {
  float next[AHEAD];
  UNROLL(q, AHEAD)
    next[q] = from[q / taps * shape.g.pixel +
                   (taps == 4 ? q / 2 % 2 * shape.gTapRow + q % 2 * shape.gTapColumn : 0)];
  UNROLL(q, AHEAD) sum = sum + next[q];
  return sum;
}
#endif

// The gradient of a bias: each pixel of a block adds the elements of g at the taps that move it, in order.  parts is
// [blocks, K].   Range: (ceil(K / WIDE), blocks)
#ifdef KERNEL_bias_gradient
kernel void bias_gradient(global const float *restrict g, global float *restrict parts,
                          UNetFilterGradient shape) {
  const int R = shape.batches > 1 ? shape.R : 1, S = shape.batches > 1 ? shape.S : 1, K = shape.K;
  const int OH = shape.g.height, OW = shape.g.width;
  const int k0 = get_global_id(0) * WIDE, block = get_global_id(1), left = min(WIDE, K - k0);
  const int2 rows = block_rows(shape, block);
  wide acc = (wide)(0.0f);
  for (int row = rows.x; row < rows.y; ++row) {
    global const float *from = g + shape.g.start + (row / OH) * shape.g.image + (row % OH) * shape.g.row + k0;
    int w = 0;
#if TILE
    if (R * S == 1)
      for (; w + AHEAD <= OW; w += AHEAD, from += AHEAD * shape.g.pixel) acc = add_ahead(acc, from, shape, 1);
    if (R == 2 && S == 2)
      for (; w + AHEAD / 4 <= OW; w += AHEAD / 4, from += AHEAD / 4 * shape.g.pixel)
        acc = add_ahead(acc, from, shape, 4);
#endif
    for (; w < OW; ++w) {
      for (int r = 0; r < R; ++r)
        for (int s = 0; s < S; ++s)
          acc = acc + some_filters(from + r * shape.gTapRow + s * shape.gTapColumn, left);
      from += shape.g.pixel;
    }
  }
  float lanes[WIDE];
  KEEP(acc, lanes);
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
