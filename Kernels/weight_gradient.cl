// Gradients of filters and biases, of convolutions and up-convolutions alike (shared/geometry.h), schedule "vector".
// Output rows, counted through all images, are cut into blocks; a block is one chain in raster order, and `sum_blocks`
// adds the blocks in ascending order (numerics.md).
//
// TS  taps of a row per work-item (x moves from one to the next)     TC  channels of x per work-item
// TAIL  1 where K is no multiple of 16; a work-item takes 16 filters
#include "blocks.h"

#ifndef TS
#define TS 1
#endif
#ifndef TC
#define TC 2
#endif
#ifndef TAIL
#define TAIL 0
#endif

static inline float16 filters(global const float *g, int left) {
#if TAIL
  return some_filters(g, left);
#else
  return LOAD(0, g);
#endif
}

// Range: (ceil(C / TC) + ceil(J / TC), R * (S / TS) * panels, blocks), for C channels of x and J of skip, each at least
// TC or none.  The last item of either's channels is moved back, so it writes some elements twice, equally.
// parts is [blocks, R, S, C + J, K].  `panel` floats lie between the filters of two items; `strip` between the channels of
// two, where pack_gradient has packed them, else 0.
kernel void weight_gradient(global const float *restrict x, global const float *restrict skip,
                            global const float *restrict g, global float *restrict parts,
                            UNetFilterGradient shape, int panels, long strip, long panel) {
  const int R = shape.R, S = shape.S, C = shape.from.channels, J = shape.from.skipChannels, K = shape.K;
  const int OH = shape.g.height, OW = shape.g.width;
  const int block = get_global_id(2), own = (C + TC - 1) / TC, item = get_global_id(0), second = item >= own;
  const int c0 = second ? min((item - own) * TC, J - TC) : min(item * TC, C - TC);
  const int number = get_global_id(1) % panels, tap = get_global_id(1) / panels;
  const int r = tap / (S / TS), s0 = tap % (S / TS) * TS, k0 = number * 16;
  const UNetPicture picture = second ? shape.from.skip : shape.from.x;
  const long pixel = picture.pixel, gPixel = shape.g.pixel;
  global const float *from = (second ? skip : x) + picture.start + (strip > 0 ? item * strip : c0) +
                             r * (second ? picture.row : shape.from.tapRow) +
                             s0 * (second ? picture.pixel : shape.from.tapColumn);
  g += shape.g.start + number * panel + r * shape.gTapRow + s0 * shape.gTapColumn;

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
