// Winograd's F(4x4, 3x3) (Lavin and Gray, 2016) with the points 0, ±3/4, ±3/2 and infinity: Documentation/numerics.md.
//
//   filters  U = G w Gᵀ      3x3 -> 6x6        input      V = Bᵀ x B    6x6 -> 6x6
//   output   y = Aᵀ M A      6x6 -> 4x4        gradients  Z = A g Aᵀ    4x4 -> 6x6,   dw = Gᵀ M G    6x6 -> 3x3
//
// A place of the 6x6 is a product of its own over channels (or, for filters, over tiles).  Scratch is
// [place][tile][channel], a line apart from one place to the next, so that the 36 do not share a set of the cache.

enum { PLACES = 36, LINE = 16 };

// The six of Bᵀ.
INLINE void input_six(const v16 *d, long step, v16 *v) {
  const v16 d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const v16 a = FMA((v16)-2.25f, d2, d4), b = FMA((v16)-2.25f, d1, d3);
  const v16 c = FMA((v16)-0.5625f, d2, d4), e = FMA((v16)-0.5625f, d1, d3);
  v[0] = FMA((v16)1.265625f, d0, FMA((v16)-2.8125f, d2, d4));
  v[1] = FMA((v16)0.75f, b, a);
  v[2] = FMA((v16)-0.75f, b, a);
  v[3] = FMA((v16)1.5f, e, c);
  v[4] = FMA((v16)-1.5f, e, c);
  v[5] = FMA((v16)1.265625f, d1, FMA((v16)-2.8125f, d3, d5));
}

// The four of Aᵀ.
INLINE void output_four(const v16 *m, long step, v16 *y) {
  const v16 s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const v16 s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  y[0] = (m[0] + s1) + s2;
  y[1] = FMA((v16)1.5f, t2, (v16)0.75f * t1);
  y[2] = FMA((v16)2.25f, s2, (v16)0.5625f * s1);
  y[3] = FMA((v16)3.375f, t2, FMA((v16)0.421875f, t1, m[5 * step]));
}

// The six of A.
INLINE void gradient_six(const v16 *g, long step, v16 *z) {
  const v16 g0 = g[0], g1 = g[step], g2 = g[2 * step], g3 = g[3 * step];
  const v16 a = FMA((v16)0.5625f, g2, g0), b = FMA((v16)0.421875f, g3, (v16)0.75f * g1);
  const v16 c = FMA((v16)2.25f, g2, g0), d = FMA((v16)3.375f, g3, (v16)1.5f * g1);
  z[0] = g0;
  z[1] = a + b;
  z[2] = a - b;
  z[3] = c + d;
  z[4] = c - d;
  z[5] = g3;
}

// The six of G.
INLINE void filter_six(const v16 *g, long step, v16 *u) {
  const v16 g0 = g[0], g1 = g[step], g2 = g[2 * step];
  const v16 a = FMA((v16)-0.296296299f, g2, (v16)-0.526748955f * g0), b = (v16)-0.395061731f * g1;
  const v16 c = FMA((v16)0.296296299f, g2, (v16)0.131687239f * g0), d = (v16)0.197530866f * g1;
  u[0] = (v16)0.790123463f * g0;
  u[1] = a + b;
  u[2] = a - b;
  u[3] = c + d;
  u[4] = c - d;
  u[5] = g2;
}

// The three of Gᵀ.
INLINE void filter_three(const v16 *m, long step, v16 *g) {
  const v16 s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const v16 s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  g[0] = FMA((v16)0.131687239f, s2, FMA((v16)-0.526748955f, s1, (v16)0.790123463f * m[0]));
  g[1] = FMA((v16)0.197530866f, t2, (v16)-0.395061731f * t1);
  g[2] = FMA((v16)0.296296299f, s2, FMA((v16)-0.296296299f, s1, m[5 * step]));
}

// Where tile `t` of tiles counted through all images begins.
typedef struct {
  long n, row, column;
} Corner;

INLINE Corner corner(long tileRows, long tileColumns, long t) {
  const long inImage = t % (tileRows * tileColumns);
  return (Corner){t / (tileRows * tileColumns), inImage / tileColumns * 4, inImage % tileColumns * 4};
}

INLINE float *pixel_at(const UNetPicture *picture, Corner at) {
  return picture->base + at.n * picture->image + at.row * picture->row + at.column * picture->pixel;
}

// Transforms SIDE² pixels from (row, column) on of `channels` channels (a multiple of 16); zeros beyond the picture.
INLINE void transform_tile(const UNetPicture *picture, Corner at, long channels, float *to, long place, const int SIDE,
                           void (*const six)(const v16 *, long, v16 *)) {
  const float *from = pixel_at(picture, at);
  const long rows = picture->height - at.row, columns = picture->width - at.column;
  for (long c = 0; c < channels; c += 16) {
    v16 d[SIDE * SIDE], half[SIDE * 6], full[PLACES];
    if (rows >= SIDE && columns >= SIDE) {
      UNROLL for (int i = 0; i < SIDE; i++) {
        UNROLL for (int j = 0; j < SIDE; j++) d[i * SIDE + j] = LOAD(from + i * picture->row + j * picture->pixel + c);
      }
    } else {
      for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
          d[i * SIDE + j] = i < rows && j < columns ? LOAD(from + i * picture->row + j * picture->pixel + c) : (v16)0.0f;
        }
      }
    }
    UNROLL for (int i = 0; i < SIDE; i++) six(d + i * SIDE, 1, half + i * 6);
    UNROLL for (int j = 0; j < 6; j++) {
      v16 column[6];
      six(half + j, 6, column);
      UNROLL for (int i = 0; i < 6; i++) STORE(to + (i * 6 + j) * place + c, column[i]);
    }
  }
}

// PX tiles x NV vectors of outputs of one place: m[t, k] = sum over c of v[t, c] u[c, k].
INLINE void product_tile(const float *v, const float *u, float *m, long channels, const int PX, const int NV) {
  v16 acc[PX][NV];
  UNROLL for (int q = 0; q < PX; q++) {
    UNROLL for (int n = 0; n < NV; n++) acc[q][n] = (v16)0.0f;
  }
  for (long c = 0; c < channels; c++) {
    v16 w[NV];
    UNROLL for (int n = 0; n < NV; n++) w[n] = LOAD(u + 16 * n);
    UNROLL for (int q = 0; q < PX; q++) {
      const v16 value = (v16)v[q * channels];
      UNROLL for (int n = 0; n < NV; n++) acc[q][n] = FMA(value, w[n], acc[q][n]);
    }
    u += 16 * NV;
    v++;
  }
  UNROLL for (int q = 0; q < PX; q++) {
    UNROLL for (int n = 0; n < NV; n++) STORE(m + (q * NV + n) * 16, acc[q][n]);
  }
}

INLINE void place_product(const float *v, const float *u, float *m, long tiles, long channels, const int PX,
                          const int NV) {
  for (long first = 0; first < tiles; first += PX) {
    const long t = tiles - first < PX ? tiles - PX : first;  // moved back: some are computed twice, equally
    product_tile(v + t * channels, u, m + t * 16 * NV, channels, PX, NV);
  }
}

// Rows and columns of the 4x4 that lie in the picture get their sums, rectified or gated.
INLINE void output_tile(const UNetWinograd *p, Corner at, const float *m, long place, long output) {
  v16 d[PLACES], half[4 * 6];
  UNROLL for (int e = 0; e < PLACES; e++) d[e] = LOAD(m + e * place);
  UNROLL for (int j = 0; j < 6; j++) {
    v16 four[4];
    output_four(d + j, 6, four);
    UNROLL for (int i = 0; i < 4; i++) half[i * 6 + j] = four[i];
  }
  const v16 b = p->bias ? LOAD(p->bias + output) : (v16)0.0f;
  const long rows = p->y.height - at.row, columns = p->y.width - at.column;
  float *to = pixel_at(&p->y, at) + output;
  const float *gate = p->gate.base ? pixel_at(&p->gate, at) + output : 0;
  for (int i = 0; i < 4 && i < rows; i++) {
    v16 four[4];
    output_four(half + i * 6, 1, four);
    for (int j = 0; j < 4 && j < columns; j++) {
      v16 y = p->bias ? four[j] + b : four[j];
      if (p->relu) y = y < 0.0f ? (v16)0.0f : y;
      if (gate) y = LOAD(gate + i * p->gate.row + j * p->gate.pixel) > 0.0f ? y : (v16)0.0f;
      STORE(to + i * p->y.row + j * p->y.pixel, y);
    }
  }
}

static void winograd_input(const UNetWinograd *p, float *v, long origin, long tiles, long first, long end) {
  const long place = tiles * p->channels + LINE;
  for (long t = first; t < end; t++) {
    const Corner at = corner(p->tileRows, p->tileColumns, t);
    float *to = v + (t - origin) * p->channels;
    transform_tile(&p->x, at, p->split, to, place, 6, input_six);
    transform_tile(&p->skip, at, p->channels - p->split, to + p->split, place, 6, input_six);
  }
}

INLINE void panel_tiles(const UNetWinograd *p, const float *v, long place, const float *u, float *m, long output,
                        long first, long end, const int PX, const int NV) {
  const long tiles = end - first, mPlace = tiles * 16 * NV + LINE;
  for (int e = 0; e < PLACES; e++) {
    const float *ve = v + e * place, *ue = u + e * p->channels * 16 * NV;
    if (tiles >= PX) {
      place_product(ve, ue, m + e * mPlace, tiles, p->channels, PX, NV);
    } else {
      place_product(ve, ue, m + e * mPlace, tiles, p->channels, 1, NV);
    }
  }
  for (long t = 0; t < tiles; t++) {
    const Corner at = corner(p->tileRows, p->tileColumns, first + t);
    for (long n = 0; n < NV; n++) output_tile(p, at, m + (t * NV + n) * 16, mPlace, output + 16 * n);
  }
}

static void winograd_panel(const UNetWinograd *p, const float *v, long origin, long tiles, const float *u, float *m,
                           long output, long vectors, long first, long end) {
  const long place = tiles * p->channels + LINE;
  v += (first - origin) * p->channels;
#if WIDE
  if (vectors == 4) return panel_tiles(p, v, place, u, m, output, first, end, 6, 4);
  if (vectors == 2) return panel_tiles(p, v, place, u, m, output, first, end, 12, 2);
  panel_tiles(p, v, place, u, m, output, first, end, 12, 1);
#else
  (void)vectors;  // always 1
  panel_tiles(p, v, place, u, m, output, first, end, 6, 1);
#endif
}

INLINE v16 load_strided(const float *from, long stride) {
  if (stride == 1) return LOAD(from);
  v16 lanes;
  for (int l = 0; l < 16; l++) lanes[l] = from[l * stride];
  return lanes;
}

static void winograd_filters(const UNetFilters *f, float *u, long output, long vectors) {
  const long place = f->channels * 16 * vectors;
  for (long c = 0; c < f->channels; c++) {
    for (long n = 0; n < vectors; n++) {
      const float *w = f->w + c * f->channel + (output + 16 * n) * f->output;
      v16 g[9], half[6 * 3];
      UNROLL for (int t = 0; t < 9; t++) g[t] = load_strided(w + (f->turned ? 8 - t : t) * f->tap, f->output);
      UNROLL for (int s = 0; s < 3; s++) {
        v16 six[6];
        filter_six(g + s, 3, six);
        UNROLL for (int i = 0; i < 6; i++) half[i * 3 + s] = six[i];
      }
      UNROLL for (int i = 0; i < 6; i++) {
        v16 six[6];
        filter_six(half + i * 3, 1, six);
        UNROLL for (int j = 0; j < 6; j++) STORE(u + (i * 6 + j) * place + (c * vectors + n) * 16, six[j]);
      }
    }
  }
}

// TC channels x NV vectors of filters of one place: m[c, k] (+)= sum over tiles of v[t, c] z[t, k].
INLINE void gradient_product(const float *v, const float *z, float *m, long tiles, long channels, long filters, int add,
                             const int TC, const int NV) {
  v16 acc[TC][NV];
  UNROLL for (int c = 0; c < TC; c++) {
    UNROLL for (int n = 0; n < NV; n++) acc[c][n] = add ? LOAD(m + c * filters + 16 * n) : (v16)0.0f;
  }
  for (long t = 0; t < tiles; t++) {
    v16 g[NV];
    UNROLL for (int n = 0; n < NV; n++) g[n] = LOAD(z + 16 * n);
    UNROLL for (int c = 0; c < TC; c++) {
      const v16 value = (v16)v[c];
      UNROLL for (int n = 0; n < NV; n++) acc[c][n] = FMA(value, g[n], acc[c][n]);
    }
    v += channels;
    z += filters;
  }
  UNROLL for (int c = 0; c < TC; c++) {
    UNROLL for (int n = 0; n < NV; n++) STORE(m + c * filters + 16 * n, acc[c][n]);
  }
}

INLINE void gradient_products(const float *v, const float *z, float *m, long tiles, long channels, long filters, long vPlace,
                              long zPlace, long mPlace, int add, const int TC, const int NV) {
  for (int e = 0; e < PLACES; e++) {
    for (long k = 0; k < filters; k += 16 * NV) {
      for (long c = 0; c < channels; c += TC) {
        gradient_product(v + e * vPlace + c, z + e * zPlace + k, m + e * mPlace + c * filters + k, tiles, channels, filters,
                         add, TC, NV);
      }
    }
  }
}

// The 3x3 of 16 filters of one channel.
INLINE void filter_gradient(const float *m, long place, float *dw, long tap) {
  v16 d[PLACES], half[3 * 6];
  UNROLL for (int e = 0; e < PLACES; e++) d[e] = LOAD(m + e * place);
  UNROLL for (int j = 0; j < 6; j++) {
    v16 three[3];
    filter_three(d + j, 6, three);
    UNROLL for (int i = 0; i < 3; i++) half[i * 6 + j] = three[i];
  }
  UNROLL for (int i = 0; i < 3; i++) {
    v16 three[3];
    filter_three(half + i * 6, 1, three);
    UNROLL for (int j = 0; j < 3; j++) STORE(dw + (i * 3 + j) * tap, three[j]);
  }
}

// db[k] += each pixel of a tile of g, in reading order; pixels beyond the picture count as 0.
INLINE void tile_bias(const UNetPicture *g, Corner at, float *db, long filters) {
  const float *from = pixel_at(g, at);
  const long rows = g->height - at.row, columns = g->width - at.column;
  for (long k = 0; k < filters; k += 16) {
    v16 sum = LOAD(db + k);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        sum = sum + (i < rows && j < columns ? LOAD(from + i * g->row + j * g->pixel + k) : (v16)0.0f);
      }
    }
    STORE(db + k, sum);
  }
}

static long winograd_gradient_scratch(long strip, long channels, long filters) {
  return PLACES * (strip * channels + strip * filters + channels * filters + 3 * LINE);
}

static void winograd_gradient(const UNetWinogradGradient *p, float *scratch, float *dw, float *db, long first, long end,
                              long channel, long channels, long filter, long filters) {
  const long strip = p->strip, vPlace = strip * channels + LINE, zPlace = strip * filters + LINE;
  const long mPlace = channels * filters + LINE;
  float *v = scratch, *z = v + PLACES * vPlace, *m = z + PLACES * zPlace;
  UNetPicture x = p->x, skip = p->skip, g = p->g;
  const long own = channel >= p->split ? 0 : channel + channels <= p->split ? channels : p->split - channel;
  x.base += channel;
  skip.base += channel + own - p->split;
  g.base += filter;
  if (channel == 0) memset(db + filter, 0, filters * sizeof(float));
  for (long from = first; from < end; from += strip) {
    const long count = end - from < strip ? end - from : strip;
    for (long t = 0; t < count; t++) {
      const Corner at = corner(p->tileRows, p->tileColumns, from + t);
      transform_tile(&x, at, own, v + t * channels, vPlace, 6, input_six);
      transform_tile(&skip, at, channels - own, v + t * channels + own, vPlace, 6, input_six);
      transform_tile(&g, at, filters, z + t * filters, zPlace, 4, gradient_six);
      if (channel == 0) tile_bias(&g, at, db + filter, filters);
    }
    const int add = from > first;
#if WIDE
    if (filters % 64 == 0) gradient_products(v, z, m, count, channels, filters, vPlace, zPlace, mPlace, add, 4, 4);
    else if (filters % 32 == 0) gradient_products(v, z, m, count, channels, filters, vPlace, zPlace, mPlace, add, 8, 2);
    else gradient_products(v, z, m, count, channels, filters, vPlace, zPlace, mPlace, add, 16, 1);
#else
    gradient_products(v, z, m, count, channels, filters, vPlace, zPlace, mPlace, add, 4, 1);
#endif
  }
  const long tap = p->channels * p->filters;
  for (long c = 0; c < channels; c++) {
    for (long k = 0; k < filters; k += 16) {
      filter_gradient(m + c * filters + k, mPlace, dw + (channel + c) * p->filters + filter + k, tap);
    }
  }
}
