// Gradients of the filters and biases of 3x3 convolutions by Winograd's algorithm (winograd.h), schedule "vector"; scratch is
// laid out as in winograd.cl.
//
// NV  blocks of 16 filters, and TC channels, whose sums a work-item keeps in registers
#include "winograd.h"

#ifndef NV
#define NV 4
#endif
#ifndef TC
#define TC 4
#endif
#define LANES (16 * NV)

// TC channels x NV blocks of filters of one place: m[c, k] (+)= sum over tiles of v[t, c] z[t, k].
static inline void gradient_product(global const float *restrict v, global const float *restrict z,
                                    global float *restrict m, int count, int channels, int filters, int add) {
  float16 acc[TC][NV];
  UNROLL(c, TC)
    UNROLL(n, NV) acc[c][n] = add ? LOAD(n, m + c * filters) : (float16)(0.0f);
  for (int t = 0; t < count; ++t) {
    float16 g[NV];
    UNROLL(n, NV) g[n] = LOAD(n, z);
    UNROLL(c, TC) {
      const float16 value = (float16)(v[c]);
      UNROLL(n, NV) acc[c][n] = fma(value, g[n], acc[c][n]);
    }
    v += channels;
    z += filters;
  }
  UNROLL(c, TC)
    UNROLL(n, NV) STORE(acc[c][n], n, m + c * filters);
}

// Filter and bias gradients of `block` tiles each: parts [blocks][9 C K + K], or the result itself for one block.
// A unit is a block, `channels` channels and `filters` filters, in strips of `strip` tiles; blocks are neighbours, for the last
// has fewer tiles and no item shall have most of those.
// Range: (SHARE of blocks * C / channels * K / filters)
kernel void winograd_gradient(global const float *restrict x, global const float *restrict skip,
                              global const float *restrict g, global float *dw, global float *db,
                              global float *scratch, UNetFilterGradient shape, UNetWinogradTiles tiles,
                              UNetWinogradUnits units) {
  const int C = shape.from.channels + shape.from.skipChannels, K = shape.K, split = shape.from.channels;
  const int blocks = units.blocks, channels = units.channels, filters = units.filters, strip = units.strip;
  const size_t vPlace = (size_t)strip * channels + LINE, zPlace = (size_t)strip * filters + LINE;
  const size_t mPlace = (size_t)channels * filters + LINE;
  global float *v = scratch + units.behind + get_global_id(0) * units.room, *z = v + PLACES * vPlace,
               *m = z + PLACES * zPlace;
  const int across = C / channels, down = K / filters;
  SHARE(unit, blocks * across * down) {
    const int b = unit % blocks, c0 = unit / blocks / down * channels, k0 = unit / blocks % down * filters;
    const int first = b * (int)units.block, end = min((int)tiles.count, first + (int)units.block);
    const int own = c0 >= split ? 0 : min(channels, split - c0);  // channels of x, the others are skip's
    global float *dwPart = blocks > 1 ? scratch + b * units.part : dw;
    global float *dbPart = blocks > 1 ? dwPart + (size_t)9 * C * K : db;
    if (c0 == 0)
      for (int k = k0; k < k0 + filters; ++k) dbPart[k] = 0.0f;
    for (int from = first; from < end; from += strip) {
      const int count = min(strip, end - from);
      for (int t = 0; t < count; ++t) {
        const Corner at = corner(tiles, from + t);
        global float *to = v + (size_t)t * channels;
        for (int second = own == 0; second <= (own < channels); ++second)
          input_tile(second ? skip + (c0 + own - split) : x + c0, second ? shape.from.skip : shape.from.x, at,
                     second ? channels - own : own, to + (second ? own : 0), vPlace);
        gradient_tile(g + k0, shape.g, at, filters, z + (size_t)t * filters, zPlace);
        for (int k = k0; k < k0 + filters && c0 == 0; k += 16)
          STORE(add_tile(LOAD(0, dbPart + k), g + k, shape.g, at), 0, dbPart + k);
      }
      for (int e = 0; e < PLACES; ++e)
        for (int k = 0; k < filters; k += LANES)
          for (int c = 0; c < channels; c += TC)
            gradient_product(v + e * vPlace + c, z + e * zPlace + k, m + e * mPlace + c * filters + k, count,
                             channels, filters, from > first);
    }
    for (int c = 0; c < channels; ++c)
      for (int k = 0; k < filters; k += 16)
        filter_gradient(m + c * filters + k, mPlace, dwPart + (size_t)(c0 + c) * K + k0 + k, (size_t)C * K);
  }
}
