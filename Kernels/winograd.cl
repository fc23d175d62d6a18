// 3x3 convolutions and their input gradients by Winograd's algorithm (winograd.h), schedule "vector".
//
// Few work-items, each with room of its own in `scratch`, take strips of tiles that stay in a core's cache.
// Scratch is [place][tile][channel], a line more from one place to the next, so that the 36 do not share a set of the cache.
//
// NV  blocks of 16 outputs in a panel     PX  tiles whose sums a work-item keeps in registers
#include "winograd.h"

#ifndef NV
#define NV 4
#endif
#ifndef PX
#define PX 6
#endif
#define LANES (16 * NV)

// From one place of transformed filters to the next, and from one panel of them to the next.
static inline size_t filter_place(int I) { return (size_t)I * LANES + LINE; }
static inline size_t panel_size(int I) { return PLACES * filter_place(I); }

static inline int strip_start(UNetWinogradTiles tiles, int strip) {
  return strip * tiles.count / tiles.strips;
}

// Channels of both sources.
static inline int inner(UNetProduct shape) { return shape.from.channels + shape.from.skipChannels; }

// Filters [3, 3, I, K], or [3, 3, K, I] and turned by half a circle where `transposed`, of channels first ..< end, as
// panels [panel][place][i][lane].
static inline void filter_panel(global const float *restrict w, global float *restrict u, UNetProduct shape,
                                int k0, int first, int end) {
  const int I = inner(shape), K = shape.K, turned = shape.transposed;
  for (int i = first; i < end; ++i)
    for (int n = 0; n < NV; ++n) {
      float16 g[9], across[6 * 3];
      UNROLL(t, 9) {
        if (turned) {
          float lanes[16];
          for (int l = 0; l < 16; ++l) lanes[l] = w[((size_t)(8 - t) * K + k0 + 16 * n + l) * I + i];
          g[t] = vload16(0, lanes);
        } else {
          g[t] = vload16(n, w + ((size_t)t * I + i) * K + k0);
        }
      }
      UNROLL(s, 3) filter_six(g + s, 3, across + s, 3);
      UNROLL(a, 6) {
        float16 six[6];
        filter_six(across + a * 3, 1, six, 1);
        UNROLL(b, 6) vstore16(six[b], n, u + (a * 6 + b) * filter_place(I) + (size_t)i * LANES);
      }
    }
}

// Range: (SHARE of panels * I)
#ifdef KERNEL_winograd_filters
kernel void winograd_filters(global const float *restrict w, global float *restrict u, UNetProduct shape) {
  const int I = inner(shape);
  SHARE(item, (int)shape.K / LANES * I) {
    const int panel = item / I, i = item % I;
    filter_panel(w, u + panel * panel_size(I), shape, panel * LANES, i, i + 1);
  }
}
#endif

// COUNT tiles of one place: m[t, k] = sum over c of v[t, c] u[c, k].
#define TILE_PRODUCT(COUNT)                                    \
  {                                                            \
    float16 acc[COUNT][NV];                                    \
    UNROLL(q, COUNT)                                           \
      UNROLL(n, NV) acc[q][n] = (float16)(0.0f);               \
    for (int c = 0; c < C; ++c) {                              \
      float16 w[NV];                                           \
      UNROLL(n, NV) w[n] = vload16(n, u);                      \
      UNROLL(q, COUNT) {                                       \
        const float16 value = (float16)(v[q * C]);             \
        UNROLL(n, NV) acc[q][n] = fma(value, w[n], acc[q][n]); \
      }                                                        \
      u += LANES;                                              \
      ++v;                                                     \
    }                                                          \
    UNROLL(q, COUNT)                                           \
      UNROLL(n, NV) vstore16(acc[q][n], q *NV + n, m);         \
  }

static inline void tiles_product(global const float *restrict v, global const float *restrict u,
                                 global float *restrict m, int C) {
  TILE_PRODUCT(PX)
}
static inline void one_product(global const float *restrict v, global const float *restrict u,
                               global float *restrict m, int C) {
  TILE_PRODUCT(1)
}

// Tiles first ..< end of the panel from k0 on: v has their transformed input, m is room for their products.
static inline void panel_tiles(global const float *restrict v, size_t vPlace, global const float *restrict u,
                               global float *restrict m, int first, int end, int k0, global float *restrict y,
                               global const float *restrict gate, global const float *restrict bias,
                               UNetProduct shape, UNetWinogradTiles tiles) {
  const int C = inner(shape);
  const int count = end - first;
  const size_t mPlace = (size_t)count * LANES + LINE;
  for (int e = 0; e < PLACES; ++e) {
    global const float *ve = v + e * vPlace, *ue = u + e * filter_place(C);
    global float *me = m + e * mPlace;
    if (count >= PX)
      for (int t = 0; t < count; t += PX) {
        const int from = min(t, count - PX);  // the last are moved back: some are computed twice, equally
        tiles_product(ve + (size_t)from * C, ue, me + from * LANES, C);
      }
    else
      for (int t = 0; t < count; ++t) one_product(ve + (size_t)t * C, ue, me + t * LANES, C);
  }
  for (int t = 0; t < count; ++t)
    for (int n = 0; n < NV; ++n) {
      const int k = k0 + 16 * n;
      output_tile(m + t * LANES + 16 * n, mPlace, y + k, gate + k, bias + k, shape, corner(tiles, first + t));
    }
}

static inline void input_both(global const float *restrict x, global const float *restrict skip,
                              UNetSource from, UNetWinogradTiles tiles, global float *restrict to,
                              size_t place, int t) {
  const Corner at = corner(tiles, t);
  const int split = from.channels, others = from.skipChannels;
  for (int second = 0; second <= (others > 0); ++second)  // a loop, so that the code is there once
    input_tile(second ? skip : x, second ? from.skip : from.x, at, second ? others : split,
               to + (second ? split : 0), place);
}

// More tiles than filters: filters are transformed already, to the start of scratch; each strip is transformed, multiplied
// and transformed back by one work-item in its `room`, behind the filters.   Range: (SHARE of strips)
#ifdef KERNEL_winograd_strips
kernel void winograd_strips(global const float *restrict x, global const float *restrict skip,
                            global float *restrict y, global const float *restrict gate,
                            global const float *restrict bias, global float *scratch, UNetProduct shape,
                            UNetWinogradTiles tiles, long behind, long room, long input) {
  const int C = inner(shape), K = shape.K;
  global float *v = scratch + behind + get_global_id(0) * room, *m = v + input;
  SHARE(strip, tiles.strips) {
    const int first = strip_start(tiles, strip), end = strip_start(tiles, strip + 1);
    const size_t place = (size_t)(end - first) * C + LINE;
    for (int t = first; t < end; ++t)
      input_both(x, skip, shape.from, tiles, v + (size_t)(t - first) * C, place, t);
    for (int k0 = 0; k0 < K; k0 += LANES)
      panel_tiles(v, place, scratch + k0 / LANES * panel_size(C), m, first, end, k0, y, gate, bias, shape,
                  tiles);
  }
}
#endif

// More filters than tiles: first all tiles of the input, to the start of scratch.   Range: (SHARE of tiles)
#ifdef KERNEL_winograd_input
kernel void winograd_input(global const float *restrict x, global const float *restrict skip,
                           global float *restrict scratch, UNetProduct shape, UNetWinogradTiles tiles) {
  const int C = inner(shape);
  const size_t place = (size_t)tiles.count * C + LINE;
  SHARE(t, tiles.count) input_both(x, skip, shape.from, tiles, scratch + (size_t)t * C, place, t);
}
#endif

// Then each panel of filters, transformed just before its use, in the `room` of one work-item behind the tiles.
// `parts` work-items share a panel's strips.   Range: (SHARE of panels * parts)
#ifdef KERNEL_winograd_panels
kernel void winograd_panels(global const float *restrict w, global float *restrict y,
                            global const float *restrict gate, global const float *restrict bias,
                            global float *scratch, UNetProduct shape, UNetWinogradTiles tiles, int parts,
                            long behind, long room) {
  const int C = inner(shape), K = shape.K, strips = tiles.strips;
  const size_t place = (size_t)tiles.count * C + LINE;
  global float *u = scratch + behind + get_global_id(0) * room, *m = u + panel_size(C);
  SHARE(item, K / LANES * parts) {
    const int k0 = item / parts * LANES, part = item % parts;
    filter_panel(w, u, shape, k0, 0, C);
    for (int strip = part * strips / parts; strip < (part + 1) * strips / parts; ++strip) {
      const int first = strip_start(tiles, strip), end = strip_start(tiles, strip + 1);
      panel_tiles(scratch + (size_t)first * C, place, u, m, first, end, k0, y, gate, bias, shape, tiles);
    }
  }
}
#endif
