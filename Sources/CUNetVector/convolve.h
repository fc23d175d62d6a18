// A tile of a convolution: PX pixels of a row x NV vectors of 16 outputs, all sums in registers.
//
// A step of the chain loads NV vectors of weights and broadcasts PX inputs for PX * NV multiply-adds.

static long panel_vectors(long outputs) {
  const long vectors = (outputs + 15) / 16;
#if WIDE
  return vectors % 4 == 0 ? 4 : vectors % 2 == 0 ? 2 : 1;
#else
  return vectors > 0;
#endif
}

// The results of one pixel: rectified or gated if asked, and only the lanes that exist.
INLINE void store_pixel(v16 *acc, float *y, const float *gate, long lanes, int relu, const int NV) {
  UNROLL(v, NV) {
    v16 a = acc[v];
    if (relu) a = a < 0.0f ? (v16)0.0f : a;
    if (gate) {
      const v16 z = lanes >= 16 * (v + 1) ? LOAD(gate + 16 * v) : LOAD_PART(gate + 16 * v, lanes - 16 * v);
      a = z > 0.0f ? a : (v16)0.0f;
    }
    if (lanes >= 16 * (v + 1)) {
      STORE(y + 16 * v, a);
    } else {
      STORE_PART(y + 16 * v, lanes - 16 * v, a);
    }
  }
}

// x and skip: where the first pixel begins in either.
INLINE void tile(const UNetConvolution *p, const float *x, const float *skip, const float *w,
                 const float *bias, float *y, const float *gate, long lanes, const int PX, const int NV) {
  v16 acc[PX][NV];
  UNROLL(v, NV) {
    const v16 b = LOAD(bias + 16 * v);
    UNROLL(q, PX) acc[q][v] = b;
  }
  const long sources = p->skip ? 2 : 1;
  for (long r = 0; r < p->rows; r++) {
    for (long s = 0; s < p->columns; s++) {
      for (long source = 0; source < sources; source++) {
        const float *xs =
            source ? skip + r * p->skipRow + s * p->skipPixel : x + r * p->xTapRow + s * p->xTapColumn;
        const long pixel = source ? p->skipPixel : p->xPixel,
                   channels = source ? p->skipChannels : p->channels;
        for (long c = 0; c < channels; c++) {
          v16 wv[NV];
          UNROLL(v, NV) wv[v] = LOAD(w + 16 * v);
          UNROLL(q, PX) {
            const v16 xv = (v16)xs[q * pixel];
            UNROLL(v, NV) acc[q][v] = FMA(xv, wv[v], acc[q][v]);
          }
          w += 16 * NV;
          xs++;
        }
      }
    }
  }
  UNROLL(q, PX) {
    store_pixel(acc[q], y + q * p->yPixel, gate ? gate + q * p->gatePixel : gate, lanes, p->relu, NV);
  }
}

// The pixels of a row from `from` on, as many tiles of PX as fit; returns the first pixel left.
INLINE long tiles(const UNetConvolution *p, const float *x, const float *skip, const float *w,
                  const float *bias, float *y, const float *gate, long lanes, long from, const int PX,
                  const int NV) {
  for (; from + PX <= p->width; from += PX) {
    tile(p, x + from * p->xPixel, skip + from * p->skipPixel, w, bias, y + from * p->yPixel,
         gate ? gate + from * p->gatePixel : gate, lanes, PX, NV);
  }
  return from;
}

INLINE void convolve_rows(const UNetConvolution *p, const float *w, const float *bias, long output,
                          long first, long end, const int PX, const int NV) {
  for (long row = first; row < end; row++) {
    const long n = row / p->height, h = row % p->height;
    const float *x = p->x + n * p->xImage + h * p->xRow;
    const float *skip = p->skip + n * p->skipImage + h * p->skipRow;
    float *y = p->y + n * p->yImage + h * p->yRow + output;
    const float *gate = p->gate ? p->gate + n * p->gateImage + h * p->gateRow + output : p->gate;
    const long lanes = p->outputs - output;
    long from = tiles(p, x, skip, w, bias, y, gate, lanes, 0, PX, NV);
    if (PX > 6) from = tiles(p, x, skip, w, bias, y, gate, lanes, from, 6, NV);
    from = tiles(p, x, skip, w, bias, y, gate, lanes, from, 4, NV);
    from = tiles(p, x, skip, w, bias, y, gate, lanes, from, 2, NV);
    tiles(p, x, skip, w, bias, y, gate, lanes, from, 1, NV);
  }
}

static void convolve(const UNetConvolution *p, const float *w, const float *bias, long output, long vectors,
                     long first, long end) {
#if WIDE
  if (vectors == 4) {
    convolve_rows(p, w, bias, output, first, end, 6, 4);
  } else if (vectors == 2) {
    convolve_rows(p, w, bias, output, first, end, 12, 2);
  } else {
    convolve_rows(p, w, bias, output, first, end, 12, 1);
  }
#else
  (void)vectors;  // always 1
  convolve_rows(p, w, bias, output, first, end, 6, 1);
#endif
}
