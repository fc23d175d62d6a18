// The gradient of filters and biases by Winograd's algorithm; see Kernels/shared/winograd_lines.h.

// TC channels x NV vectors of filters of one place: m[c, k] (+)= sum over tiles of v[t, c] z[t, k].
INLINE void gradient_product(const float *v, const float *z, float *m, long tiles, long channels,
                             long filters, int add, const int TC, const int NV) {
  v16 acc[MOST_CHANNELS][MOST_VECTORS], g[MOST_VECTORS];
  UNROLL(c, TC) {
    UNROLL(n, NV) acc[c][n] = add ? LOAD(m + c * filters + 16 * n) : (v16)0.0f;
  }
  for (long t = 0; t < tiles; t++) {
    UNROLL(n, NV) g[n] = LOAD(z + 16 * n);
    UNROLL(c, TC) {
      const v16 value = (v16)v[c];
      UNROLL(n, NV) acc[c][n] = FMA(value, g[n], acc[c][n]);
    }
    v += channels;
    z += filters;
  }
  UNROLL(c, TC) {
    UNROLL(n, NV) STORE(m + c * filters + 16 * n, acc[c][n]);
  }
}

INLINE void gradient_products(const float *v, const float *z, float *m, long strip, long tiles, long channels,
                              long filters, int add, const int TC, const int NV) {
  const long vPlace = strip * channels + LINE, zPlace = strip * filters + LINE;
  const long mPlace = channels * filters + LINE;
  for (int e = 0; e < PLACES; e++) {
    for (long k = 0; k < filters; k += 16 * NV) {
      for (long c = 0; c < channels; c += TC) {
        gradient_product(v + e * vPlace + c, z + e * zPlace + k, m + e * mPlace + c * filters + k, tiles,
                         channels, filters, add, TC, NV);
      }
    }
  }
}

// The 3x3 of 16 filters of one channel.
INLINE void filter_gradient(const float *m, long place, float *dw, long tap) {
  v16 d[PLACES], half[3 * 6];
  UNROLL(e, PLACES) d[e] = LOAD(m + e * place);
  UNROLL(j, 6) filter_three(d + j, 6, half + j, 6);
  UNROLL(i, 3) {
    v16 three[3];
    filter_three(half + i * 6, 1, three, 1);
    UNROLL(j, 3) STORE(dw + (i * 3 + j) * tap, three[j]);
  }
}

// db[k] += each pixel of a tile of g, in reading order; pixels beyond the picture count as 0.
INLINE void tile_bias(const float *base, const UNetPicture *g, Corner at, float *db, long filters) {
  const float *from = base + pixel_at(g, at);
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

static void winograd_gradient(const UNetBoundGradient *p, float *scratch, float *dw, float *db, long first,
                              long end, long channel, long channels, long filter, long filters) {
  const long strip = p->strip, vPlace = strip * channels + LINE, zPlace = strip * filters + LINE;
  const long mPlace = channels * filters + LINE;
  float *v = scratch, *z = v + PLACES * vPlace, *m = z + PLACES * zPlace;
  const UNetSource *source = &p->shape.from;
  const UNetPicture *gp = &p->shape.g;
  const long split = source->channels, allChannels = split + source->skipChannels;
  const long own = channel >= split ? 0 : channel + channels <= split ? channels : split - channel;
  const float *x = p->x + channel, *skip = p->skip + (channel + own - split), *g = p->g + filter;
  if (channel == 0) memset(db + filter, 0, filters * sizeof(float));
  for (long from = first; from < end; from += strip) {
    const long count = end - from < strip ? end - from : strip;
    for (long t = 0; t < count; t++) {
      const Corner at = corner(&p->tiles, from + t);
      transform_tile(x, &source->x, at, own, v + t * channels, vPlace, 6, input_six);
      transform_tile(skip, &source->skip, at, channels - own, v + t * channels + own, vPlace, 6, input_six);
      transform_tile(g, gp, at, filters, z + t * filters, zPlace, 4, gradient_six);
      if (channel == 0) tile_bias(g, gp, at, db + filter, filters);
    }
    const int add = from > first;
#if SUMS == 24
    if (filters % 64 == 0) {
      gradient_products(v, z, m, strip, count, channels, filters, add, 4, 4);
    } else if (filters % 32 == 0) {
      gradient_products(v, z, m, strip, count, channels, filters, add, 8, 2);
    } else {
      gradient_products(v, z, m, strip, count, channels, filters, add, 16, 1);
    }
#else
    gradient_products(v, z, m, strip, count, channels, filters, add, 4, 1);
#endif
  }
  const long K = p->shape.K, tap = allChannels * K;
  for (long c = 0; c < channels; c++) {
    for (long k = 0; k < filters; k += 16) {
      filter_gradient(m + c * filters + k, mPlace, dw + (channel + c) * K + filter + k, tap);
    }
  }
}
