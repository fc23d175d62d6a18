// 3x3 convolutions and their gradients by Winograd's algorithm (winograd.h), schedule "tile": the transforms as passes of
// their own, one channel of one tile an item.  Between them stand the 36 products, by tile_product.cl and
// tile_gradient.cl.  All passes share `scratch`, each value from an offset of its own:
//
//   u [36][C][K], [36][K][C] where turned   v [36][tiles][C]   z [36][tiles][K]
//   m [36][tiles][K], of a gradient [blocks][36][C][K]         tiles `first` ..< `first + count`
#include "winograd.h"

// u = G w Gᵀ of filters [3, 3, C, K], or [3, 3, K, C] turned by half a circle.   Range: (SHARE of C K)
kernel void tile_filters(global const float *restrict w, global float *restrict scratch, int count,
                         int turned) {
  SHARE(i, count) {
    float g[9], across[18], square[36];
    UNROLL(t, 9) g[t] = w[(size_t)(turned ? 8 - t : t) * count + i];
    UNROLL(s, 3) filter_six(g + s, 3, across + s, 3);
    UNROLL(a, 6) filter_six(across + a * 3, 1, square + a * 6, 1);
    UNROLL(e, PLACES) scratch[(size_t)e * count + i] = square[e];
  }
}

// v = Bᵀ x B: the channels of x, the others of skip.   Range: (CHANNELS of C, count)
kernel void tile_input(global const float *restrict x, global const float *restrict skip,
                       global float *restrict scratch, long v, UNetSource from, UNetWinogradTiles tiles,
                       int first, int count) {
  const int t = get_global_id(1), split = from.channels, C = split + from.skipChannels;
  const Corner at = corner(tiles, first + t);
  CHANNELS(c, C) {
    const bool second = c >= split;
    const UNetPicture picture = {
        second ? from.skip.start : from.x.start,   second ? from.skip.image : from.x.image,
        second ? from.skip.row : from.x.row,       second ? from.skip.pixel : from.x.pixel,
        second ? from.skip.height : from.x.height, second ? from.skip.width : from.x.width};
    input_tile(second ? skip + c - split : x + c, picture, at, 1, scratch + v + (size_t)t * C + c,
               (size_t)count * C);
  }
}

// y = Aᵀ m A, with its bias, rectified or gated.   Range: (CHANNELS of K, count)
kernel void tile_output(global const float *restrict scratch, long m, global float *restrict y,
                        global const float *restrict gate, global const float *restrict bias,
                        UNetProduct shape, UNetWinogradTiles tiles, int first, int count) {
  const int t = get_global_id(1), K = shape.K;
  CHANNELS(k, K)
    output_tile(scratch + m + (size_t)t * K + k, (size_t)count * K, y + k, gate + k, bias + k, shape,
                corner(tiles, first + t));
}

// The pixels of tile t of g, or of the last before `end`.
static inline void read_tile(global const float *restrict g, UNetPicture gp, UNetWinogradTiles tiles, int t,
                             int end, float pixels[16]) {
  const Corner at = corner(tiles, min(t, end - 1));
  UNROLL(i, 16) pixels[i] = pixel_of_tile(g, gp, at, i);
}

// The sum of g over the tiles first ..< end, pixel by pixel, while TILES of them are on their way.
#define TILES 4
static inline float bias_of_tiles(global const float *restrict g, UNetPicture gp, UNetWinogradTiles tiles,
                                  int first, int end) {
  float sum = 0.0f, next[TILES][16];
  UNROLL(q, TILES) read_tile(g, gp, tiles, first + q, end, next[q]);
  for (int t = first; t < end; t += TILES)
    UNROLL(q, TILES) {
      if (t + q < end)
        UNROLL(i, 16) sum = sum + next[q][i];
      read_tile(g, gp, tiles, t + q + TILES, end, next[q]);
    }
  return sum;
}

// z = A g Aᵀ; and the bias gradients of so many blocks of `block` tiles, each to `bias` + its number * part.  These wait the
// longest, so they begin first.   Range: (CHANNELS of K, blocks + count)
kernel void tile_output_gradient(global const float *restrict g, global float *restrict scratch, long z,
                                 UNetPicture gp, UNetWinogradTiles tiles, int K, int first, int count,
                                 global float *restrict to, int bias, int part, int block, int blocks) {
  const int row = get_global_id(1), t = row - blocks;
  CHANNELS(k, K) {
    if (row < blocks)
      to[bias + (size_t)row * part + k] =
          bias_of_tiles(g + k, gp, tiles, row * block, min((row + 1) * block, (int)tiles.count));
    else
      gradient_tile(g + k, gp, corner(tiles, first + t), 1, scratch + z + (size_t)t * K + k,
                    (size_t)count * K);
  }
}

// dw = Gᵀ m G of each block, to `to` + block * part.   Range: (SHARE of C K, blocks)
kernel void tile_filter_gradients(global const float *m, long start, global float *to, long toStart,
                                  int count, int part) {
  const size_t block = get_global_id(1);
  SHARE(i, count)
    filter_gradient(m + start + block * PLACES * count + i, count, to + toStart + block * part + i, count);
}
