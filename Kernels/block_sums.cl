// Gradients of biases, and the sums of blocks, of filters and biases.
#include "blocks.h"

#if TILE
// sum + `count` elements of g, TAPS of each pixel, in the order of the loops below: all are loaded before the first is added.
#define ADD_AHEAD(sum, from, shape, taps, count)                                                      \
  {                                                                                                   \
    float next[count];                                                                                \
    UNROLL(q, count)                                                                                  \
      next[q] = (from)[q / (taps) * (shape).g.pixel +                                                 \
                       ((taps) == 4 ? q / 2 % 2 * (shape).gTapRow + q % 2 * (shape).gTapColumn : 0)]; \
    UNROLL(q, count) sum = sum + next[q];                                                             \
  }

// Goes along a row of OW pixels, by count / taps of them at a time.
#define ROW_AHEAD(sum, from, w, OW, shape, taps, count)                                                 \
  for (; w + (count) / (taps) <= OW; w += (count) / (taps), from += (count) / (taps) * (shape).g.pixel) \
  ADD_AHEAD(sum, from, shape, taps, count)
#endif

// The gradient of a bias: each pixel of a block adds the elements of g at the taps that move it, in order, to
// parts [blocks, K] from `start` on.   Range: (ceil(K / WIDE), blocks)
kernel void bias_gradient(global const float *restrict g, global float *restrict parts, long start,
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
    // What is left of a row by fewer: loads that are waited for one by one take the most time.
    if (R * S == 1) {
      ROW_AHEAD(acc, from, w, OW, shape, 1, AHEAD)
      ROW_AHEAD(acc, from, w, OW, shape, 1, AHEAD / 4)
    }
    if (R == 2 && S == 2) {
      ROW_AHEAD(acc, from, w, OW, shape, 4, AHEAD)
      ROW_AHEAD(acc, from, w, OW, shape, 4, AHEAD / 4)
    }
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
  for (int l = 0; l < left; ++l) parts[start + (size_t)block * K + k0 + l] = lanes[l];
}

// `count` numbers of a block, `part` floats apart: total[i] = parts[0, i] + parts[1, i] + ..., ascending, for WIDE of them.
static inline void sum_wide(global const float *restrict parts, size_t part, int blocks,
                            global float *restrict total, int first, int count) {
  const int left = count - first;
  parts += first;
  total += first;
  if (left >= WIDE) {
    STORE(sum_of_blocks(parts, part, blocks), 0, total);
  } else {
    for (int l = 0; l < left; ++l) {
      float sum = parts[l];
      for (int b = 1; b < blocks; ++b) sum = sum + parts[b * part + l];
      total[l] = sum;
    }
  }
}

// The gradients of filters and biases of all blocks, added up: `weights` floats of a block every `part` of them, and K floats
// every `biasPart` from `bias` on.   Range: (SHARE of ceil(weights / WIDE) + ceil(K / WIDE))
kernel void sum_blocks(global const float *restrict parts, global float *restrict dw,
                       global float *restrict db, int weights, int K, int blocks, int part, long bias,
                       int biasPart) {
  const int wides = (weights + WIDE - 1) / WIDE;
  SHARE(i, wides + (K + WIDE - 1) / WIDE) {
    if ((int)i < wides)
      sum_wide(parts, part, blocks, dw, i * WIDE, weights);
    else
      sum_wide(parts + bias, biasPart, blocks, db, (i - wides) * WIDE, K);
  }
}
