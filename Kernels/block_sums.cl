// Gradients of biases, and the sums of blocks.
#include "blocks.h"

#if TILE
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

// total[i] = parts[0, i] + parts[1, i] + ..., ascending.   Range: (SHARE of ceil(count / WIDE))
kernel void sum_blocks(global const float *restrict parts, global float *restrict total, int count,
                       int blocks) {
  SHARE(i, (count + WIDE - 1) / WIDE) {
    const int first = i * WIDE, left = min(WIDE, count - first);
    if (left == WIDE) {
      STORE(sum_of_blocks(parts + first, count, blocks), 0, total + first);
    } else {
      for (int l = 0; l < left; ++l) {
        float sum = parts[first + l];
        for (int b = 1; b < blocks; ++b) sum = sum + parts[(size_t)b * count + first + l];
        total[first + l] = sum;
      }
    }
  }
}
