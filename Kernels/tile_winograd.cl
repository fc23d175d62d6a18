// 3x3 convolutions and their gradients by Winograd's algorithm (winograd.h), schedule "tile": the transforms as passes of
// their own, one channel of one tile an item.  Between them stand the 36 products, by tile_product.cl and
// tile_gradient.cl.  All passes share `scratch`, each value from an offset of its own:
//
//   u [36][C][K], [36][K][C] where turned   v [36][tiles][C]   z [36][tiles][K]
//   m [36][tiles][K], of a gradient [blocks][36][C][K]         tiles `first` ..< `first + count`
#include "winograd.h"

// u = G w Gᵀ of filters [3, 3, C, K], or [3, 3, K, C] turned by half a circle.   Range: (SHARE of C K)
kernel void filters(global const float *restrict w, global float *restrict scratch, int u, int count,
                    int turned) {
  SHARE(i, count) {
    float g[9], across[18], square[36];
    UNROLL(t, 9) g[t] = w[(size_t)(turned ? 8 - t : t) * count + i];
    UNROLL(s, 3) filter_six(g + s, 3, across + s, 3);
    UNROLL(a, 6) filter_six(across + a * 3, 1, square + a * 6, 1);
    UNROLL(e, PLACES) scratch[u + (size_t)e * count + i] = square[e];
  }
}

// v = Bᵀ x B: channels below `split` of x, the others of skip.   Range: (CHANNELS of C, count)
kernel void input(global const float *restrict x, Picture xp, global const float *restrict skip, Picture sp,
                  int split, int C, Tiles tiles, int first, int count, global float *restrict scratch,
                  int v) {
  const int t = get_global_id(1);
  const Corner at = corner(tiles, first + t);
  CHANNELS(c, C) {
    global float *to = scratch + v + (size_t)t * C + c;
    if (c < split)
      input_tile(x + c, xp, at, 1, to, (size_t)count * C);
    else
      input_tile(skip + c - split, sp, at, 1, to, (size_t)count * C);
  }
}

// y = Aᵀ m A, with its bias, rectified or gated.   Range: (CHANNELS of K, count)
kernel void output(global const float *restrict scratch, int m, global float *restrict y, Picture yp,
                   global const float *restrict gate, Picture gp, global const float *restrict bias, int K,
                   Tiles tiles, int first, int count, int hasBias, int relu, int gated) {
  const int t = get_global_id(1);
  CHANNELS(k, K)
    output_tile(scratch + m + (size_t)t * K + k, (size_t)count * K, y + k, yp, gate + k, gp, bias + k,
                corner(tiles, first + t), hasBias, relu, gated);
}

// z = A g Aᵀ.   Range: (CHANNELS of K, count)
kernel void output_gradient(global const float *restrict g, Picture gp, int K, Tiles tiles, int first,
                            int count, global float *restrict scratch, int z) {
  const int t = get_global_id(1);
  CHANNELS(k, K)
    gradient_tile(g + k, gp, corner(tiles, first + t), 1, scratch + z + (size_t)t * K + k, (size_t)count * K);
}

// dw = Gᵀ m G of each block, to `to` + block * part.   Range: (SHARE of C K, blocks)
kernel void filter_gradients(global const float *m, int start, global float *to, int toStart, int count,
                             int part) {
  const int block = get_global_id(1);
  SHARE(i, count)
    filter_gradient(m + start + (size_t)block * PLACES * count + i, count,
                    to + toStart + (size_t)block * part + i, count);
}

// The sum of g over the `block` tiles of each block.   Range: (CHANNELS of K, blocks)
kernel void bias_gradients(global const float *restrict g, Picture gp, int K, Tiles tiles, int block,
                           global float *restrict to, int toStart, int part) {
  const int first = get_global_id(1) * block, end = min(first + block, tiles.count);
  CHANNELS(k, K) {
    float sum = 0.0f;
    for (int t = first; t < end; ++t) sum = add_tile(sum, g + k, gp, corner(tiles, t));
    to[toStart + (size_t)get_global_id(1) * part + k] = sum;
  }
}

// to[i] = the sum of all blocks' parts, ascending.   Range: (SHARE of count)
kernel void block_sums(global const float *restrict scratch, int start, global float *restrict to, int count,
                       int part, int blocks) {
  SHARE(i, count) {
    float sum = scratch[start + i];
    for (int b = 1; b < blocks; ++b) sum = sum + scratch[start + (size_t)b * part + i];
    to[i] = sum;
  }
}
