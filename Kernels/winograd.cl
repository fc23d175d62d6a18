// 3x3 convolutions and their gradients by Winograd's F(4x4, 3x3) (Lavin and Gray, 2016), with the points 0, ±3/4, ±3/2
// and infinity, schedule "vector".  Documentation/numerics.md states the arithmetic.
//
//   filters  U = G w Gᵀ      3x3 -> 6x6        input      V = Bᵀ x B    6x6 -> 6x6
//   output   y = Aᵀ M A      6x6 -> 4x4        gradients  Z = A g Aᵀ    4x4 -> 6x6,   dw = Gᵀ M G    6x6 -> 3x3
//
// Tiles of 4x4 results are counted through all images, in reading order.  Each place of the 6x6 is a product of its own,
// over channels or, for the gradient of filters, over tiles.  Few work-items, each with room of its own in `scratch`,
// take strips of tiles that stay in a core's cache.  Scratch is [place][tile][channel], a line more from one place to
// the next, so that the 36 do not share a set of the cache.
//
// NV  blocks of 16 outputs in a panel     PX  tiles whose sums a work-item keeps in registers
// TC  channels, of a gradient, likewise

#ifndef NV
#define NV 4
#endif
#ifndef PX
#define PX 6
#endif
#ifndef TC
#define TC 4
#endif
#define LANES (16 * NV)
#define PLACES 36
#define LINE 16

// A picture [N, H, W, channels] from `start` on, as strides that count floats.
typedef struct {
  int start, image, row, pixel, height, width;
} Picture;

// What a launch covers: tiles of an image, all tiles, and the strips that they are cut into.
typedef struct {
  int rows, columns, count, strips;
} Tiles;

inline int strip_start(Tiles tiles, int strip) { return (int)((long)strip * tiles.count / tiles.strips); }

typedef struct {
  int n, row, column;
} Corner;

inline Corner corner(Tiles tiles, int t) {
  const int inImage = t % (tiles.rows * tiles.columns);
  Corner at = {t / (tiles.rows * tiles.columns), inImage / tiles.columns * 4, inImage % tiles.columns * 4};
  return at;
}

inline size_t pixel_at(Picture p, Corner at) {
  return p.start + (size_t)at.n * p.image + (size_t)at.row * p.row + (size_t)at.column * p.pixel;
}

inline void input_six(const float16 *d, int step, float16 *v) {
  const float16 d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const float16 a = fma((float16)(-2.25f), d2, d4), b = fma((float16)(-2.25f), d1, d3);
  const float16 c = fma((float16)(-0.5625f), d2, d4), e = fma((float16)(-0.5625f), d1, d3);
  v[0] = fma((float16)(1.265625f), d0, fma((float16)(-2.8125f), d2, d4));
  v[1] = fma((float16)(0.75f), b, a);
  v[2] = fma((float16)(-0.75f), b, a);
  v[3] = fma((float16)(1.5f), e, c);
  v[4] = fma((float16)(-1.5f), e, c);
  v[5] = fma((float16)(1.265625f), d1, fma((float16)(-2.8125f), d3, d5));
}

inline void output_four(const float16 *m, int step, float16 *y) {
  const float16 s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const float16 s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  y[0] = (m[0] + s1) + s2;
  y[1] = fma((float16)(1.5f), t2, (float16)(0.75f) * t1);
  y[2] = fma((float16)(2.25f), s2, (float16)(0.5625f) * s1);
  y[3] = fma((float16)(3.375f), t2, fma((float16)(0.421875f), t1, m[5 * step]));
}

inline void gradient_six(const float16 *g, int step, float16 *z) {
  const float16 g0 = g[0], g1 = g[step], g2 = g[2 * step], g3 = g[3 * step];
  const float16 a = fma((float16)(0.5625f), g2, g0), b = fma((float16)(0.421875f), g3, (float16)(0.75f) * g1);
  const float16 c = fma((float16)(2.25f), g2, g0), d = fma((float16)(3.375f), g3, (float16)(1.5f) * g1);
  z[0] = g0;
  z[1] = a + b;
  z[2] = a - b;
  z[3] = c + d;
  z[4] = c - d;
  z[5] = g3;
}

inline void filter_six(const float16 *g, int step, float16 *u) {
  const float16 g0 = g[0], g1 = g[step], g2 = g[2 * step];
  const float16 a = fma((float16)(-0.296296299f), g2, (float16)(-0.526748955f) * g0), b = (float16)(-0.395061731f) * g1;
  const float16 c = fma((float16)(0.296296299f), g2, (float16)(0.131687239f) * g0), d = (float16)(0.197530866f) * g1;
  u[0] = (float16)(0.790123463f) * g0;
  u[1] = a + b;
  u[2] = a - b;
  u[3] = c + d;
  u[4] = c - d;
  u[5] = g2;
}

inline void filter_three(const float16 *m, int step, float16 *g) {
  const float16 s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const float16 s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  g[0] = fma((float16)(0.131687239f), s2,
             fma((float16)(-0.526748955f), s1, (float16)(0.790123463f) * m[0]));
  g[1] = fma((float16)(0.197530866f), t2, (float16)(-0.395061731f) * t1);
  g[2] = fma((float16)(0.296296299f), s2, fma((float16)(-0.296296299f), s1, m[5 * step]));
}

// Filters [3, 3, I, K], or [3, 3, K, I] and turned by half a circle where `turned`, as panels [panel][place][i][lane].
inline void filter_panel(global const float *restrict w, global float *restrict u, int I, int K, int k0, int turned,
                         int first, int end) {
  for (int i = first; i < end; ++i)
    for (int n = 0; n < NV; ++n) {
      float16 g[9], across[6 * 3];
#pragma unroll
      for (int t = 0; t < 9; ++t) {
        if (turned) {
          float lanes[16];
          for (int l = 0; l < 16; ++l) lanes[l] = w[((size_t)(8 - t) * K + k0 + 16 * n + l) * I + i];
          g[t] = vload16(0, lanes);
        } else {
          g[t] = vload16(n, w + ((size_t)t * I + i) * K + k0);
        }
      }
#pragma unroll
      for (int s = 0; s < 3; ++s) {
        float16 six[6];
        filter_six(g + s, 3, six);
#pragma unroll
        for (int a = 0; a < 6; ++a) across[a * 3 + s] = six[a];
      }
#pragma unroll
      for (int a = 0; a < 6; ++a) {
        float16 six[6];
        filter_six(across + a * 3, 1, six);
#pragma unroll
        for (int b = 0; b < 6; ++b) vstore16(six[b], n, u + ((size_t)(a * 6 + b) * I + i) * LANES);
      }
    }
}

// Range: (SHARE of panels * I)
kernel void winograd_filters(global const float *restrict w, global float *restrict u, int I, int K, int turned) {
  SHARE(item, K / LANES * I) {
    const int panel = item / I, i = item % I;
    filter_panel(w, u + (size_t)panel * PLACES * I * LANES, I, K, panel * LANES, turned, i, i + 1);
  }
}

// The 6x6 of an input's tile; zeros beyond the picture.
inline void input_tile(global const float *restrict x, Picture p, Corner at, int channels, global float *restrict to,
                       size_t place) {
  global const float *from = x + pixel_at(p, at);
  const int rows = p.height - at.row, columns = p.width - at.column;
  for (int c = 0; c < channels; c += 16) {
    float16 d[36], across[36];
    if (rows >= 6 && columns >= 6) {
#pragma unroll
      for (int i = 0; i < 6; ++i)
#pragma unroll
        for (int j = 0; j < 6; ++j) d[i * 6 + j] = vload16(0, from + (size_t)i * p.row + j * p.pixel + c);
    } else {
#pragma unroll
      for (int i = 0; i < 6; ++i)
#pragma unroll
        for (int j = 0; j < 6; ++j)
          d[i * 6 + j] = i < rows && j < columns ? vload16(0, from + (size_t)i * p.row + j * p.pixel + c) : (float16)(0.0f);
    }
#pragma unroll
    for (int i = 0; i < 6; ++i) input_six(d + i * 6, 1, across + i * 6);
#pragma unroll
    for (int j = 0; j < 6; ++j) {
      float16 six[6];
      input_six(across + j, 6, six);
#pragma unroll
      for (int i = 0; i < 6; ++i) vstore16(six[i], 0, to + (i * 6 + j) * place + c);
    }
  }
}

// The 6x6 of a tile of a gradient; zeros beyond the picture.
inline void gradient_tile(global const float *restrict g, Picture p, Corner at, int filters, global float *restrict to,
                          size_t place) {
  global const float *from = g + pixel_at(p, at);
  const int rows = p.height - at.row, columns = p.width - at.column;
  for (int k = 0; k < filters; k += 16) {
    float16 d[16], across[24];
    if (rows >= 4 && columns >= 4) {
#pragma unroll
      for (int i = 0; i < 4; ++i)
#pragma unroll
        for (int j = 0; j < 4; ++j) d[i * 4 + j] = vload16(0, from + (size_t)i * p.row + j * p.pixel + k);
    } else {
#pragma unroll
      for (int i = 0; i < 4; ++i)
#pragma unroll
        for (int j = 0; j < 4; ++j)
          d[i * 4 + j] = i < rows && j < columns ? vload16(0, from + (size_t)i * p.row + j * p.pixel + k) : (float16)(0.0f);
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) gradient_six(d + i * 4, 1, across + i * 6);
#pragma unroll
    for (int j = 0; j < 6; ++j) {
      float16 six[6];
      gradient_six(across + j, 6, six);
#pragma unroll
      for (int i = 0; i < 6; ++i) vstore16(six[i], 0, to + (i * 6 + j) * place + k);
    }
  }
}

// COUNT tiles of one place: m[t, k] = sum over c of v[t, c] u[c, k].
#define TILE_PRODUCT(COUNT)                                                       \
  {                                                                               \
    float16 acc[COUNT][NV];                                                       \
    _Pragma("unroll") for (int q = 0; q < COUNT; ++q)                             \
      _Pragma("unroll") for (int n = 0; n < NV; ++n) acc[q][n] = (float16)(0.0f); \
    for (int c = 0; c < C; ++c) {                                                 \
      float16 w[NV];                                                              \
      _Pragma("unroll") for (int n = 0; n < NV; ++n) w[n] = vload16(n, u);        \
      _Pragma("unroll") for (int q = 0; q < COUNT; ++q) {                         \
        const float16 value = (float16)(v[q * C]);                                \
        _Pragma("unroll") for (int n = 0; n < NV; ++n) acc[q][n] = fma(value, w[n], acc[q][n]); \
      }                                                                           \
      u += LANES;                                                                 \
      ++v;                                                                        \
    }                                                                             \
    _Pragma("unroll") for (int q = 0; q < COUNT; ++q)                             \
      _Pragma("unroll") for (int n = 0; n < NV; ++n) vstore16(acc[q][n], q * NV + n, m); \
  }

inline void tiles_product(global const float *restrict v, global const float *restrict u, global float *restrict m, int C)
  TILE_PRODUCT(PX)
inline void one_product(global const float *restrict v, global const float *restrict u, global float *restrict m, int C)
  TILE_PRODUCT(1)

// The rows and columns of a tile's 4x4 that lie in the picture, rectified or gated.
inline void output_tile(global const float *restrict m, size_t place, global float *restrict y, Picture p,
                        global const float *restrict gate, Picture gp, global const float *restrict bias, Corner at,
                        int hasBias, int relu, int gated) {
  float16 d[36], across[24];
#pragma unroll
  for (int e = 0; e < PLACES; ++e) d[e] = vload16(0, m + e * place);
#pragma unroll
  for (int j = 0; j < 6; ++j) {
    float16 four[4];
    output_four(d + j, 6, four);
#pragma unroll
    for (int i = 0; i < 4; ++i) across[i * 6 + j] = four[i];
  }
  const int rows = p.height - at.row, columns = p.width - at.column;
  global float *to = y + pixel_at(p, at);
  global const float *from = gate + pixel_at(gp, at);
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (i >= rows) break;
    float16 four[4];
    output_four(across + i * 6, 1, four);
#pragma unroll
    for (int j = 0; j < 4; ++j) {
      if (j >= columns) break;
      float16 a = four[j];
      if (hasBias) a = a + vload16(0, bias);
      if (relu) a = select(a, (float16)(0.0f), a < (float16)(0.0f));
      if (gated) a = select((float16)(0.0f), a, vload16(0, from + (size_t)i * gp.row + j * gp.pixel) > (float16)(0.0f));
      vstore16(a, 0, to + (size_t)i * p.row + j * p.pixel);
    }
  }
}

// Tiles first..<end of one panel: v has their transformed input, m is room for their products.
inline void panel_tiles(global const float *restrict v, size_t vPlace, global const float *restrict u,
                        global float *restrict m, int first, int end, int C, Tiles tiles, global float *restrict y,
                        Picture yp, global const float *restrict gate, Picture gp, global const float *restrict bias,
                        int hasBias, int relu, int gated) {
  const int count = end - first;
  const size_t mPlace = (size_t)count * LANES + LINE;
  for (int e = 0; e < PLACES; ++e) {
    global const float *ve = v + e * vPlace, *ue = u + (size_t)e * C * LANES;
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
    for (int n = 0; n < NV; ++n)
      output_tile(m + t * LANES + 16 * n, mPlace, y + 16 * n, yp, gate + 16 * n, gp, bias + 16 * n,
                  corner(tiles, first + t), hasBias, relu, gated);
}

#define CONVOLUTION                                                                                           \
  global const float *restrict x, Picture xp, global const float *restrict skip, Picture sp, int split, int C, int K, \
    Tiles tiles
#define RESULT                                                                                             \
  global float *restrict y, Picture yp, global const float *restrict gate, Picture gp, global const float *restrict bias, \
    int hasBias, int relu, int gated

inline void input_both(CONVOLUTION, global float *restrict to, size_t place, int t) {
  const Corner at = corner(tiles, t);
  input_tile(x, xp, at, split, to, place);
  if (split < C) input_tile(skip, sp, at, C - split, to + split, place);
}

// More tiles than filters: filters are transformed already, to the start of scratch; each strip is transformed, multiplied
// and transformed back by one work-item in its `room`, behind the filters.   Range: (SHARE of strips)
kernel void winograd_strips(CONVOLUTION, RESULT, global float *scratch, int behind, int room, int input) {
  global float *v = scratch + behind + (size_t)get_global_id(0) * room, *m = v + input;
  SHARE(strip, tiles.strips) {
    const int first = strip_start(tiles, strip), end = strip_start(tiles, strip + 1);
    const size_t place = (size_t)(end - first) * C + LINE;
    for (int t = first; t < end; ++t) input_both(x, xp, skip, sp, split, C, K, tiles, v + (size_t)(t - first) * C, place, t);
    for (int k0 = 0; k0 < K; k0 += LANES)
      panel_tiles(v, place, scratch + (size_t)k0 * PLACES * C, m, first, end, C, tiles, y + k0, yp, gate + k0, gp, bias + k0,
                  hasBias, relu, gated);
  }
}

// More filters than tiles: first all tiles of the input, to the start of scratch.   Range: (SHARE of tiles)
kernel void winograd_input(CONVOLUTION, global float *restrict scratch) {
  SHARE(t, tiles.count)
    input_both(x, xp, skip, sp, split, C, K, tiles, scratch + (size_t)t * C, (size_t)tiles.count * C + LINE, t);
}

// Then each panel of filters, transformed just before its use, in the `room` of one work-item behind the tiles.
// `parts` work-items share a panel's strips.   Range: (SHARE of panels * parts)
kernel void winograd_panels(global const float *restrict w, int turned, int parts, int C, int K, Tiles tiles, RESULT,
                            global float *scratch, int behind, int room) {
  const size_t place = (size_t)tiles.count * C + LINE;
  global float *u = scratch + behind + (size_t)get_global_id(0) * room, *m = u + (size_t)PLACES * C * LANES;
  SHARE(item, K / LANES * parts) {
    const int k0 = item / parts * LANES, part = item % parts;
    filter_panel(w, u, C, K, k0, turned, 0, C);
    for (int strip = part * tiles.strips / parts; strip < (part + 1) * tiles.strips / parts; ++strip) {
      const int first = strip_start(tiles, strip), end = strip_start(tiles, strip + 1);
      panel_tiles(scratch + (size_t)first * C, place, u, m, first, end, C, tiles, y + k0, yp, gate + k0, gp, bias + k0,
                  hasBias, relu, gated);
    }
  }
}

// TC channels x NV blocks of filters of one place: m[c, k] (+)= sum over tiles of v[t, c] z[t, k].
inline void gradient_product(global const float *restrict v, global const float *restrict z, global float *restrict m,
                             int count, int channels, int filters, int add) {
  float16 acc[TC][NV];
#pragma unroll
  for (int c = 0; c < TC; ++c)
#pragma unroll
    for (int n = 0; n < NV; ++n) acc[c][n] = add ? vload16(n, m + c * filters) : (float16)(0.0f);
  for (int t = 0; t < count; ++t) {
    float16 g[NV];
#pragma unroll
    for (int n = 0; n < NV; ++n) g[n] = vload16(n, z);
#pragma unroll
    for (int c = 0; c < TC; ++c) {
      const float16 value = (float16)(v[c]);
#pragma unroll
      for (int n = 0; n < NV; ++n) acc[c][n] = fma(value, g[n], acc[c][n]);
    }
    v += channels;
    z += filters;
  }
#pragma unroll
  for (int c = 0; c < TC; ++c)
#pragma unroll
    for (int n = 0; n < NV; ++n) vstore16(acc[c][n], n, m + c * filters);
}

// db[k] += each pixel of a tile of g, in reading order; pixels beyond the picture count as 0.
inline void tile_bias(global const float *restrict g, Picture p, Corner at, global float *restrict db, int filters) {
  global const float *from = g + pixel_at(p, at);
  const int rows = p.height - at.row, columns = p.width - at.column;
  for (int k = 0; k < filters; k += 16) {
    float16 sum = vload16(0, db + k);
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j)
        sum = sum + (i < rows && j < columns ? vload16(0, from + (size_t)i * p.row + j * p.pixel + k) : (float16)(0.0f));
    vstore16(sum, 0, db + k);
  }
}

// The 3x3 of 16 filters of one channel.
inline void filter_gradient(global const float *restrict m, size_t place, global float *restrict dw, size_t tap) {
  float16 d[36], across[18];
#pragma unroll
  for (int e = 0; e < PLACES; ++e) d[e] = vload16(0, m + e * place);
#pragma unroll
  for (int j = 0; j < 6; ++j) {
    float16 three[3];
    filter_three(d + j, 6, three);
#pragma unroll
    for (int i = 0; i < 3; ++i) across[i * 6 + j] = three[i];
  }
#pragma unroll
  for (int i = 0; i < 3; ++i) {
    float16 three[3];
    filter_three(across + i * 6, 1, three);
#pragma unroll
    for (int j = 0; j < 3; ++j) vstore16(three[j], 0, dw + (i * 3 + j) * tap);
  }
}

// Filter and bias gradients of `block` tiles each: parts [blocks][9 C K + K], or the result itself for one block.
// A unit is a block, `channels` channels and `filters` filters.   Range: (SHARE of blocks * C / channels * K / filters)
kernel void winograd_gradient(CONVOLUTION, global const float *restrict g, Picture gp, global float *dw, global float *db,
                              global float *scratch, int block, int blocks, int part, int channels, int filters, int strip,
                              int behind, int room) {
  const size_t vPlace = (size_t)strip * channels + LINE, zPlace = (size_t)strip * filters + LINE;
  const size_t mPlace = (size_t)channels * filters + LINE;
  global float *v = scratch + behind + (size_t)get_global_id(0) * room, *z = v + PLACES * vPlace, *m = z + PLACES * zPlace;
  const int across = C / channels, down = K / filters;
  SHARE(unit, blocks * across * down) {
    const int b = unit / (across * down), c0 = unit / down % across * channels, k0 = unit % down * filters;
    const int first = b * block, end = min(tiles.count, first + block);
    const int own = c0 >= split ? 0 : min(channels, split - c0);  // channels of x, the others are skip's
    global float *dwPart = blocks > 1 ? scratch + (size_t)b * part : dw;
    global float *dbPart = blocks > 1 ? dwPart + (size_t)9 * C * K : db;
    if (c0 == 0)
      for (int k = k0; k < k0 + filters; ++k) dbPart[k] = 0.0f;
    for (int from = first; from < end; from += strip) {
      const int count = min(strip, end - from);
      for (int t = 0; t < count; ++t) {
        const Corner at = corner(tiles, from + t);
        global float *to = v + (size_t)t * channels;
        if (own > 0) input_tile(x + c0, xp, at, own, to, vPlace);
        if (own < channels) input_tile(skip + (c0 + own - split), sp, at, channels - own, to + own, vPlace);
        gradient_tile(g + k0, gp, at, filters, z + (size_t)t * filters, zPlace);
        if (c0 == 0) tile_bias(g + k0, gp, at, dbPart + k0, filters);
      }
      for (int e = 0; e < PLACES; ++e)
        for (int k = 0; k < filters; k += LANES)
          for (int c = 0; c < channels; c += TC)
            gradient_product(v + e * vPlace + c, z + e * zPlace + k, m + e * mPlace + c * filters + k, count, channels,
                             filters, from > first);
    }
    for (int c = 0; c < channels; ++c)
      for (int k = 0; k < filters; k += 16)
        filter_gradient(m + c * filters + k, mPlace, dwPart + (size_t)(c0 + c) * K + k0 + k, (size_t)C * K);
  }
}

// dw and db as the sums of all blocks, ascending.   Range: (SHARE of part / 16)
kernel void winograd_sum(global const float *restrict scratch, global float *restrict dw, global float *restrict db,
                         int count, int part, int blocks) {
  SHARE(i, part / 16) {
    float16 sum = vload16(i, scratch);
    for (int b = 1; b < blocks; ++b) sum = sum + vload16(i, scratch + (size_t)b * part);
    if (16 * i < count)
      vstore16(sum, i, dw);
    else
      vstore16(sum, 0, db + 16 * i - count);
  }
}
