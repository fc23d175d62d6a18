// Blocks of rows, over which gradients of filters and biases are summed (numerics.md): what weight_gradient.cl,
// block_sums.cl and tile_winograd.cl share.
#include "common.h"
#include "shared/geometry.h"

// WIDE filters of a pixel of g; zeros behind the last that is left.
static inline wide some_filters(global const float *g, int left) {
  if (left >= WIDE) return LOAD(0, g);
  float lanes[WIDE];
  for (int l = 0; l < WIDE; ++l) lanes[l] = l < left ? g[l] : 0.0f;
  return KEPT(lanes);
}

// The rows of pixels of a block, first ..< end, counted through all images.
static inline int2 block_rows(UNetFilterGradient shape, int block) {
  const int rows = shape.pixels / shape.g.width;
  return (int2)(block * (int)shape.block, min((block + 1) * (int)shape.block, rows));
}

// What `blocks` blocks, `part` floats apart, have left, ascending.
static inline wide sum_of_blocks(global const float *restrict parts, size_t part, int blocks) {
  wide sum = LOAD(0, parts);
  int b = 1;
#if TILE
  for (; b + 8 <= blocks; b += 8) {
    wide next[8];
    UNROLL(q, 8) next[q] = LOAD(0, parts + (b + q) * part);
    UNROLL(q, 8) sum = sum + next[q];
  }
#endif
  for (; b < blocks; ++b) sum = sum + LOAD(0, parts + b * part);
  return sum;
}
