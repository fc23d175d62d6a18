// A tile of a weight gradient: TS shifts x TC channels x one vector of 16 filters, all sums in registers.
//
// A pixel loads one vector of g and broadcasts TS * TC inputs for as many multiply-adds: few cache lines a pixel, as
// both stride over all channels.

static long gradient_channels(long shifts, long available) {
  const long most = SUMS / shifts;
  if (available >= most) return most;
  long channels = 8;
  while (channels > available || channels > most) channels /= 2;
  return channels;
}

// Copies `count` pixels of `channels` floats, `step` apart, to their place in strips of `most` channels, or of what
// gradient_channels says where `most` is 0: a strip is [pixels][its channels], and its first pixel here the one at `place`.
static void pack_pixels(const float *from, long step, long count, long channels, long most, long pixels,
                        long place, float *to) {
  for (long p = 0; p < count; p++, from += step, place++) {
    for (long c = 0, width; c < channels; c += width) {
      const long left = channels - c;
      width = most == 0 ? gradient_channels(1, left) : left < most ? left : most;
      float *at = to + c * pixels + place * width;
      if (width == 16) {
        STORE(at, LOAD(from + c));
      } else if (width == SUMS) {
        memcpy(at, from + c, SUMS * sizeof(float));
      } else {
        memcpy(at, from + c, width * sizeof(float));
      }
    }
  }
}

// Where a row of a picture begins; rows are counted through all images.
INLINE const float *row_of(const float *first, const UNetPicture *picture, long height, long row) {
  return first + row / height * picture->image + row % height * picture->row;
}

INLINE void store_sum(const v16 *sum, float *to, long lanes, int add) {
  if (lanes >= 16) {
    STORE(to, add ? LOAD(to) + *sum : *sum);
  } else {
    STORE_PART(to, lanes, add ? LOAD_PART(to, lanes) + *sum : *sum);
  }
}

// PART: fewer than 16 filters.
INLINE void gradient_tile(const UNetGradientTile *t, long first, long end, int add, const int TS,
                          const int TC, const int PART) {
  v16 acc[MOST_SHIFTS][MOST_CHANNELS];
  UNROLL(s, TS) {
    UNROLL(c, TC) acc[s][c] = (v16)0.0f;
  }
  const long lanes = t->lanes, shift = t->xTap;
  for (long row = first; row < end; row++) {
    const float *x = row_of(t->x, &t->from, t->of.height, row);
    const float *g = row_of(t->g, &t->of, t->of.height, row);
    for (long w = 0; w < t->of.width; w++) {
      const v16 gv = PART ? LOAD_PART(g, lanes) : LOAD(g);
      UNROLL(s, TS) {
        UNROLL(c, TC) acc[s][c] = FMA((v16)x[s * shift + c], gv, acc[s][c]);
      }
      x += t->from.pixel;
      g += t->of.pixel;
    }
  }
  UNROLL(s, TS) {
    UNROLL(c, TC) {
      store_sum(&acc[s][c], t->dw + s * t->dwTap + c * t->dwChannel, lanes, add);
    }
  }
}

static void bias_gradient(const UNetGradientTile *t, long first, long end, int add) {
  const long lanes = t->lanes;
  v16 acc = (v16)0.0f;
  for (long row = first; row < end; row++) {
    const float *g = row_of(t->g, &t->of, t->of.height, row);
    for (long w = 0; w < t->of.width; w++) {
      for (long q = 0; q < t->shifts; q++) {
        const float *from = g + w * t->of.pixel + q / 2 * t->gTapRow + q % 2 * t->gTapColumn;
        acc = acc + (lanes < 16 ? LOAD_PART(from, lanes) : LOAD(from));
      }
    }
  }
  store_sum(&acc, t->dw, lanes, add);
}

#define TILE(TS, TC)                                                        \
  if (t->shifts == TS && t->channels == TC) {                               \
    if (t->lanes < 16) return gradient_tile(t, first, end, add, TS, TC, 1); \
    return gradient_tile(t, first, end, add, TS, TC, 0);                    \
  }

static void gradient(const UNetGradientTile *t, long first, long end, int add) {
  if (t->channels == 0) return bias_gradient(t, first, end, add);
#if SUMS == 24
  TILE(4, 6);
  TILE(4, 4);
  TILE(4, 2);
  TILE(3, 8);
  TILE(3, 4);
  TILE(1, 24);
  TILE(1, 8);
#else
  TILE(1, 6);
#endif
  TILE(4, 1);
  TILE(3, 2);
  TILE(3, 1);
  TILE(1, 4);
  TILE(1, 2);
  TILE(1, 1);
}
#undef TILE
