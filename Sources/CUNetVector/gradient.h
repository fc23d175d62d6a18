// A tile of a weight gradient: TS shifts x TC channels x NV vectors of 16 filters, all sums in registers.
//
// A pixel loads NV vectors of g and broadcasts TS * TC inputs for TS * TC * NV multiply-adds.

static long gradient_channels(long vectors, long shifts, long available) {
  const long most = (WIDE ? 24 : 6) / vectors / shifts;
  if (available >= most) return most;
  long channels = 8;
  while (channels > available || channels > most) channels /= 2;
  return channels;
}

INLINE void store_sums(const v16 *acc, float *dw, long lanes, int add, const int NV) {
  UNROLL for (int v = 0; v < NV; v++) {
    const long n = lanes - 16 * v;
    float *to = dw + 16 * v;
    if (n >= 16) {
      STORE(to, add ? LOAD(to) + acc[v] : acc[v]);
    } else {
      STORE_PART(to, n, add ? LOAD_PART(to, n) + acc[v] : acc[v]);
    }
  }
}

// Only the last vector can be a part, and then PART says so: whole ones need no mask.
INLINE void gradient_tile(const UNetGradientTile *t, long first, long end, int add, const int TS, const int TC,
                          const int NV, const int PART) {
  v16 acc[TS][TC][NV];
  UNROLL for (int s = 0; s < TS; s++) {
    UNROLL for (int c = 0; c < TC; c++) {
      UNROLL for (int v = 0; v < NV; v++) acc[s][c][v] = (v16)0.0f;
    }
  }
  const long last = t->lanes - 16 * (NV - 1), shift = t->xShift;
  for (long row = first; row < end; row++) {
    const long n = row / t->height, h = row % t->height;
    const float *x = t->x + n * t->xImage + h * t->xRow;
    const float *g = t->g + n * t->gImage + h * t->gRow;
    for (long w = 0; w < t->width; w++) {
      v16 gv[NV];
      UNROLL for (int v = 0; v < NV; v++) {
        gv[v] = PART && v == NV - 1 ? LOAD_PART(g + 16 * v, last) : LOAD(g + 16 * v);
      }
      UNROLL for (int s = 0; s < TS; s++) {
        UNROLL for (int c = 0; c < TC; c++) {
          const v16 xv = (v16)x[s * shift + c];
          UNROLL for (int v = 0; v < NV; v++) acc[s][c][v] = FMA(xv, gv[v], acc[s][c][v]);
        }
      }
      x += t->xPixel;
      g += t->gPixel;
    }
  }
  UNROLL for (int s = 0; s < TS; s++) {
    UNROLL for (int c = 0; c < TC; c++) {
      store_sums(acc[s][c], t->dw + s * t->dwShift + c * t->dwChannel, t->lanes, add, NV);
    }
  }
}

// A tile of a bias gradient: one vector of filters at a time.
static void bias_gradient(const UNetGradientTile *t, long first, long end, int add) {
  for (long k = 0; k < t->lanes; k += 16) {
    const long lanes = t->lanes - k;
    v16 acc = (v16)0.0f;
    for (long row = first; row < end; row++) {
      const long n = row / t->height, h = row % t->height;
      const float *g = t->g + n * t->gImage + h * t->gRow + k;
      for (long w = 0; w < t->width; w++) {
        for (long q = 0; q < t->shifts; q++) {
          const float *from = g + w * t->gPixel + q / 2 * t->gTapRow + q % 2 * t->gTapColumn;
          acc = acc + (lanes < 16 ? LOAD_PART(from, lanes) : LOAD(from));
        }
      }
    }
    store_sums(&acc, t->dw + k, lanes, add, 1);
  }
}

#define TILE(TS, TC, NV)                                                        \
  if (t->shifts == TS && t->channels == TC && t->vectors == NV) {               \
    if (t->lanes < 16 * NV) return gradient_tile(t, first, end, add, TS, TC, NV, 1); \
    return gradient_tile(t, first, end, add, TS, TC, NV, 0);                    \
  }

static void gradient(const UNetGradientTile *t, long first, long end, int add) {
  if (t->channels == 0) return bias_gradient(t, first, end, add);
#if WIDE
  TILE(3, 2, 4) TILE(3, 1, 4) TILE(1, 6, 4) TILE(1, 4, 4) TILE(1, 2, 4) TILE(1, 1, 4)
  TILE(3, 4, 2) TILE(3, 2, 2) TILE(3, 1, 2)
  TILE(1, 12, 2) TILE(1, 8, 2) TILE(1, 4, 2) TILE(1, 2, 2) TILE(1, 1, 2)
  TILE(3, 8, 1) TILE(3, 4, 1) TILE(1, 24, 1) TILE(1, 8, 1)
#else
  TILE(1, 6, 1)
#endif
  TILE(3, 2, 1) TILE(3, 1, 1) TILE(1, 4, 1) TILE(1, 2, 1) TILE(1, 1, 1)
}
#undef TILE
