// A tile of a convolution: PX pixels of a row x NV vectors of 16 outputs, all sums in registers.
//
// A step of the chain loads NV vectors of weights and broadcasts PX inputs for PX * NV multiply-adds.

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
INLINE void tile(const UNetBoundProduct *p, const float *x, const float *skip, const float *w,
                 const float *bias, float *y, const float *gate, long lanes, const int PX, const int NV) {
  v16 acc[MOST_PIXELS][MOST_VECTORS], wv[MOST_VECTORS];
  UNROLL(v, NV) {
    const v16 b = LOAD(bias + 16 * v);
    UNROLL(q, PX) acc[q][v] = b;
  }
  const UNetSource *from = &p->shape.from;
  const long sources = from->skipChannels ? 2 : 1;
  for (long r = 0; r < p->shape.R; r++) {
    for (long s = 0; s < p->shape.S; s++) {
      for (long source = 0; source < sources; source++) {
        const float *xs = source ? skip + r * from->skip.row + s * from->skip.pixel
                                 : x + r * from->tapRow + s * from->tapColumn;
        const long pixel = source ? from->skip.pixel : from->x.pixel;
        const long channels = source ? from->skipChannels : from->channels;
        for (long c = 0; c < channels; c++) {
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
    store_pixel(acc[q], y + q * p->shape.y.pixel, gate ? gate + q * p->shape.gate.pixel : gate, lanes,
                p->shape.relu, NV);
  }
}

// The pixels of a row from `from` on, as many tiles of PX as fit; returns the first pixel left.
INLINE long tiles(const UNetBoundProduct *p, const float *x, const float *skip, const float *w,
                  const float *bias, float *y, const float *gate, long lanes, long from, const int PX,
                  const int NV) {
  for (; from + PX <= p->shape.y.width; from += PX) {
    tile(p, x + from * p->shape.from.x.pixel, skip + from * p->shape.from.skip.pixel, w, bias,
         y + from * p->shape.y.pixel, gate ? gate + from * p->shape.gate.pixel : gate, lanes, PX, NV);
  }
  return from;
}

INLINE void convolve_rows(const UNetBoundProduct *p, const float *w, const float *bias, long output,
                          long first, long end, const int PX, const int NV) {
  for (long row = first; row < end; row++) {
    const UNetProduct *s = &p->shape;
    const long n = row / s->y.height, h = row % s->y.height;
    const float *x = p->x + s->from.x.start + n * s->from.x.image + h * s->from.x.row;
    const float *skip = p->skip + s->from.skip.start + n * s->from.skip.image + h * s->from.skip.row;
    float *y = p->y + s->y.start + n * s->y.image + h * s->y.row + output;
    const float *gate = s->gated ? p->gate + n * s->gate.image + h * s->gate.row + output : 0;
    const long lanes = s->K - output;
    long from = tiles(p, x, skip, w, bias, y, gate, lanes, 0, PX, NV);
    if (PX > 6) from = tiles(p, x, skip, w, bias, y, gate, lanes, from, 6, NV);
    from = tiles(p, x, skip, w, bias, y, gate, lanes, from, 4, NV);
    from = tiles(p, x, skip, w, bias, y, gate, lanes, from, 2, NV);
    tiles(p, x, skip, w, bias, y, gate, lanes, from, 1, NV);
  }
}

static void convolve(const UNetBoundProduct *p, const float *w, const float *bias, long output, long vectors,
                     long first, long end) {
#if SUMS == 24
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
