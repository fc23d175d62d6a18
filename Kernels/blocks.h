// Blocks of rows, over which gradients of filters and biases are summed (numerics.md): what weight_gradient.cl and
// block_sums.cl share.
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
