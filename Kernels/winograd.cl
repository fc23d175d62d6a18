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

// u = G w Gᵀ of 16 outputs of one channel.
static inline void transform_filters(const float16 *g, global float *restrict u, size_t place) {
  float16 across[6 * 3];
  UNROLL(s, 3) filter_six(g + s, 3, across + s, 3);
  UNROLL(a, 6) {
    float16 six[6];
    filter_six(across + a * 3, 1, six, 1);
    UNROLL(b, 6) STORE(six[b], 0, u + (a * 6 + b) * place);
  }
}

// Lane j of row i changes places with lane i of row j, by exchanging ever smaller quarters.
static inline void transpose(float16 *a) {
  float16 b[16];
  UNROLL(l, 8) {
    b[l] = (float16)(a[l].lo, a[l + 8].lo);
    b[l + 8] = (float16)(a[l].hi, a[l + 8].hi);
  }
  UNROLL(l, 16) {
    const float16 one = b[l & ~4], two = b[l | 4];
    a[l] = l & 4 ? (float16)(one.s4567, two.s4567, one.scdef, two.scdef)
                 : (float16)(one.s0123, two.s0123, one.s89ab, two.s89ab);
  }
  UNROLL(l, 16) {
    const float16 one = a[l & ~2], two = a[l | 2];
    b[l] = l & 2 ? (float16)(one.s23, two.s23, one.s67, two.s67, one.sab, two.sab, one.sef, two.sef)
                 : (float16)(one.s01, two.s01, one.s45, two.s45, one.s89, two.s89, one.scd, two.scd);
  }
  UNROLL(l, 16) {
    const float16 one = b[l & ~1], two = b[l | 1];
    a[l] = l & 1 ? (float16)(one.s1, two.s1, one.s3, two.s3, one.s5, two.s5, one.s7, two.s7, one.s9, two.s9,
                             one.sb, two.sb, one.sd, two.sd, one.sf, two.sf)
                 : (float16)(one.s0, two.s0, one.s2, two.s2, one.s4, two.s4, one.s6, two.s6, one.s8, two.s8,
                             one.sa, two.sa, one.sc, two.sc, one.se, two.se);
  }
}

// Filters [3, 3, I, K], or [3, 3, K, I] and turned by half a circle where `transposed`, of the 16 channels from i on, as
// panels [panel][place][i][lane].
static inline void filter_panel(global const float *restrict w, global float *restrict u, UNetProduct shape,
                                int k0, int i) {
  const int I = inner(shape), K = shape.K;
  const size_t tap = (size_t)I * K;
  for (int n = 0; n < NV; ++n) {
    global float *to = u + (size_t)i * LANES + 16 * n;
    if (shape.transposed) {
      float16 turned[9][16];
      for (int t = 0; t < 9; ++t) {
        global const float *from = w + (8 - t) * tap + (size_t)(k0 + 16 * n) * I + i;
        float16 rows[16];
        UNROLL(l, 16) rows[l] = LOAD(0, from + (size_t)l * I);
        transpose(rows);
        UNROLL(l, 16) turned[t][l] = rows[l];
      }
      for (int l = 0; l < 16; ++l) {
        float16 g[9];
        UNROLL(t, 9) g[t] = turned[t][l];
        transform_filters(g, to + l * LANES, filter_place(I));
      }
    } else {
      for (int l = 0; l < 16; ++l) {
        float16 g[9];
        UNROLL(t, 9) g[t] = LOAD(n, w + t * tap + (size_t)(i + l) * K + k0);
        transform_filters(g, to + l * LANES, filter_place(I));
      }
    }
  }
}

// Range: (SHARE of panels * I / 16)
kernel void winograd_filters(global const float *restrict w, global float *restrict u, UNetProduct shape) {
  const int blocks = inner(shape) / 16;
  SHARE(item, (int)shape.K / LANES * blocks) {
    const int panel = item / blocks, block = item % blocks;
    filter_panel(w, u + panel * panel_size(16 * blocks), shape, panel * LANES, 16 * block);
  }
}

// COUNT tiles of one place: m[t, k] = sum over c of v[t, c] u[c, k].
#define TILE_PRODUCT(COUNT)                                    \
  {                                                            \
    float16 acc[COUNT][NV];                                    \
    UNROLL(q, COUNT)                                           \
      UNROLL(n, NV) acc[q][n] = (float16)(0.0f);               \
    for (int c = 0; c < C; ++c) {                              \
      float16 w[NV];                                           \
      UNROLL(n, NV) w[n] = LOAD(n, u);                         \
      UNROLL(q, COUNT) {                                       \
        const float16 value = (float16)(v[q * C]);             \
        UNROLL(n, NV) acc[q][n] = fma(value, w[n], acc[q][n]); \
      }                                                        \
      u += LANES;                                              \
      ++v;                                                     \
    }                                                          \
    UNROLL(q, COUNT)                                           \
      UNROLL(n, NV) STORE(acc[q][n], q *NV + n, m);            \
  }

#define PRODUCT(name, COUNT)                                                              \
  static inline void name(global const float *restrict v, global const float *restrict u, \
                          global float *restrict m, int C) {                              \
    TILE_PRODUCT(COUNT)                                                                   \
  }
// A whole group, and the sizes by which tiles can be shared out among groups as equal as can be.
#define MORE (PX - (PX + 5) / 6)
#define FEWER (PX - (PX + 2) / 3)
PRODUCT(whole_product, PX)
#if PX >= 4
PRODUCT(more_product, MORE)
PRODUCT(fewer_product, FEWER)
#endif
PRODUCT(one_product, 1)

// All tiles of one place.  A group between two sizes is moved back: some are computed twice, equally.
static inline void place_product(global const float *restrict v, global const float *restrict u,
                                 global float *restrict m, int tiles, int C) {
  const int groups = (tiles + PX - 1) / PX;
  for (int group = 0; group < groups; ++group) {
    const int first = group * tiles / groups, end = (group + 1) * tiles / groups, count = end - first;
#if PX >= 4
    if (count <= FEWER && tiles >= FEWER) {
      const int t = min(first, tiles - FEWER);
      fewer_product(v + (size_t)t * C, u, m + t * LANES, C);
    } else if (count <= MORE && tiles >= MORE) {
      const int t = min(first, tiles - MORE);
      more_product(v + (size_t)t * C, u, m + t * LANES, C);
    } else
#endif
        if (tiles >= PX) {
      const int t = min(first, tiles - PX);
      whole_product(v + (size_t)t * C, u, m + t * LANES, C);
    } else
      for (int t = first; t < end; ++t) one_product(v + (size_t)t * C, u, m + t * LANES, C);
  }
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
    place_product(v + e * vPlace, u + e * filter_place(C), m + e * mPlace, count, C);
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

// More filters than tiles: first all tiles of the input, to the start of scratch.   Range: (SHARE of tiles)
kernel void winograd_input(global const float *restrict x, global const float *restrict skip,
                           global float *restrict scratch, UNetProduct shape, UNetWinogradTiles tiles) {
  const int C = inner(shape);
  const size_t place = (size_t)tiles.count * C + LINE;
  SHARE(t, tiles.count) input_both(x, skip, shape.from, tiles, scratch + (size_t)t * C, place, t);
}

// Then each panel of filters, transformed just before its use, in the `room` of one work-item behind the tiles.
// `parts` work-items share a panel's strips.   Range: (SHARE of panels * parts)
kernel void winograd_panels(global const float *restrict w, global float *restrict y,
                            global const float *restrict gate, global const float *restrict bias,
                            global float *scratch, UNetProduct shape, UNetWinogradTiles tiles, int parts,
                            long behind, long room) {
  const int C = inner(shape), K = shape.K, strips = tiles.strips;
  const size_t place = (size_t)tiles.count * C + LINE;
  global float *u = scratch + behind + get_global_id(0) * room, *m = u + panel_size(C);
  SHARE(item, K / LANES * parts) {
    const int k0 = item / parts * LANES, part = item % parts;
    for (int i = 0; i < C; i += 16) filter_panel(w, u, shape, k0, i);
    for (int strip = part * strips / parts; strip < (part + 1) * strips / parts; ++strip) {
      const int first = strip_start(tiles, strip), end = strip_start(tiles, strip + 1);
      panel_tiles(scratch + (size_t)first * C, place, u, m, first, end, k0, y, gate, bias, shape, tiles);
    }
  }
}
