// Convolutions and input gradients by Winograd's algorithm; see Kernels/shared/winograd_lines.h.

// Where tile `t` of tiles counted through all images begins.
typedef struct {
  long n, row, column;
} Corner;

INLINE Corner corner(const UNetWinogradTiles *tiles, long t) {
  const long inImage = t % (tiles->rows * tiles->columns);
  return (Corner){t / (tiles->rows * tiles->columns), inImage / tiles->columns * 4,
                  inImage % tiles->columns * 4};
}

INLINE long pixel_at(const UNetPicture *picture, Corner at) {
  return picture->start + at.n * picture->image + at.row * picture->row + at.column * picture->pixel;
}

// Transforms SIDE² pixels from (row, column) on of `channels` channels (a multiple of 16); zeros beyond the picture.
INLINE void transform_tile(const float *base, const UNetPicture *picture, Corner at, long channels, float *to,
                           long place, const int SIDE, void (*const six)(const v16 *, int, v16 *, int)) {
  const float *from = base + pixel_at(picture, at);
  const long rows = picture->height - at.row, columns = picture->width - at.column;
  for (long c = 0; c < channels; c += 16) {
    v16 d[PLACES], half[PLACES];
    if (rows >= SIDE && columns >= SIDE) {
      UNROLL(i, SIDE) {
        UNROLL(j, SIDE) d[i * SIDE + j] = LOAD(from + i * picture->row + j * picture->pixel + c);
        UNROLL(j, 4) __builtin_prefetch(from + i * picture->row + (SIDE + j) * picture->pixel + c);
      }
    } else {
      for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
          d[i * SIDE + j] =
              i < rows && j < columns ? LOAD(from + i * picture->row + j * picture->pixel + c) : (v16)0.0f;
        }
      }
    }
    UNROLL(i, SIDE) six(d + i * SIDE, 1, half + i * 6, 1);
    UNROLL(j, 6) {
      v16 column[6];
      six(half + j, 6, column, 1);
      UNROLL(i, 6) STORE(to + (i * 6 + j) * place + c, column[i]);
    }
  }
}

// PX tiles x NV vectors of outputs of one place: m[t, k] = sum over c of v[t, c] u[c, k].
INLINE void product_tile(const float *v, const float *u, float *m, long channels, const int PX,
                         const int NV) {
  v16 acc[MOST_PIXELS][MOST_VECTORS], w[MOST_VECTORS];
  UNROLL(q, PX) {
    UNROLL(n, NV) acc[q][n] = (v16)0.0f;
  }
  for (long c = 0; c < channels; c++) {
    UNROLL(n, NV) w[n] = LOAD(u + 16 * n);
    UNROLL(q, PX) {
      const v16 value = (v16)v[q * channels];
      UNROLL(n, NV) acc[q][n] = FMA(value, w[n], acc[q][n]);
    }
    u += 16 * NV;
    v++;
  }
  UNROLL(q, PX) {
    UNROLL(n, NV) STORE(m + (q * NV + n) * 16, acc[q][n]);
  }
}

// All tiles of one place, in groups as equal as can be of at most `most`, since every group waits for the same filters.  A
// group between two sizes is moved back: some tiles are computed twice, equally.
INLINE void place_product(const float *v, const float *u, float *m, long tiles, long channels, const int most,
                          const int NV) {
  const long groups = (tiles + most - 1) / most;
  for (long g = 0; g < groups; g++) {
    const long first = g * tiles / groups, end = (g + 1) * tiles / groups;
#define GROUP(PX)                                                         \
  if (end - first <= PX && tiles >= PX) {                                 \
    const long t = first + PX <= tiles ? first : tiles - PX;              \
    product_tile(v + t * channels, u, m + t * 16 * NV, channels, PX, NV); \
    continue;                                                             \
  }
    if (most > 6) {
      GROUP(8);
      GROUP(10);
      GROUP(12);
    } else {
      GROUP(4);
      GROUP(5);
      GROUP(6);
    }
#undef GROUP
    for (long t = first; t < end; t++) {
      product_tile(v + t * channels, u, m + t * 16 * NV, channels, 1, NV);
    }
  }
}

// Rows and columns of the 4x4 that lie in the picture get their sums, rectified or gated.
INLINE void output_tile(const UNetBoundProduct *p, Corner at, const float *m, long place, long output) {
  v16 d[PLACES], half[4 * 6];
  UNROLL(e, PLACES) d[e] = LOAD(m + e * place);
  UNROLL(j, 6) output_four(d + j, 6, half + j, 6);
  const UNetPicture *to = &p->shape.y, *mask = &p->shape.gate;
  const v16 b = p->bias ? LOAD(p->bias + output) : (v16)0.0f;
  const long rows = to->height - at.row, columns = to->width - at.column;
  float *pixels = p->y + pixel_at(to, at) + output;
  const float *gate = p->shape.gated ? p->gate + pixel_at(mask, at) + output : 0;
  for (int i = 0; i < 4 && i < rows; i++) {
    v16 four[4];
    output_four(half + i * 6, 1, four, 1);
    for (int j = 0; j < 4 && j < columns; j++) {
      v16 y = p->bias ? four[j] + b : four[j];
      if (p->shape.relu) y = y < 0.0f ? (v16)0.0f : y;
      if (gate) y = LOAD(gate + i * mask->row + j * mask->pixel) > 0.0f ? y : (v16)0.0f;
      STORE(pixels + i * to->row + j * to->pixel, y);
    }
  }
}

// The channels that a sum runs over.
INLINE long inner(const UNetBoundProduct *p) { return p->shape.from.channels + p->shape.from.skipChannels; }

static void winograd_input(const UNetBoundProduct *p, float *v, long origin, long count, long first,
                           long end) {
  const UNetSource *from = &p->shape.from;
  const long channels = inner(p), place = count * channels + LINE;
  for (long t = first; t < end; t++) {
    const Corner at = corner(&p->tiles, t);
    float *to = v + (t - origin) * channels;
    transform_tile(p->x, &from->x, at, from->channels, to, place, 6, input_six);
    transform_tile(p->skip, &from->skip, at, from->skipChannels, to + from->channels, place, 6, input_six);
  }
}

// Asks for the memory of a tile's results, which are written soon.
INLINE void expect_output(const UNetBoundProduct *p, Corner at, long output, const int NV) {
  const UNetPicture *to = &p->shape.y;
  float *pixels = p->y + pixel_at(to, at) + output;
  for (int i = 0; i < 4; i++) {
    UNROLL(j, 4) {
      UNROLL(n, NV) __builtin_prefetch(pixels + i * to->row + j * to->pixel + 16 * n, 1, 2);
    }
  }
}

INLINE void panel_tiles(const UNetBoundProduct *p, const float *v, long place, const float *u, float *m,
                        long output, long first, long end, const int PX, const int NV) {
  const long tiles = end - first, channels = inner(p), mPlace = tiles * 16 * NV + LINE;
  for (int e = 0; e < PLACES; e++) {
    const float *ve = v + e * place, *ue = u + e * (channels * 16 * NV + LINE);
    for (long t = e * tiles / PLACES; t < (e + 1) * tiles / PLACES; t++)
      expect_output(p, corner(&p->tiles, first + t), output, NV);
    place_product(ve, ue, m + e * mPlace, tiles, channels, PX, NV);
  }
  for (long t = 0; t < tiles; t++) {
    const Corner at = corner(&p->tiles, first + t);
    for (long n = 0; n < NV; n++) output_tile(p, at, m + (t * NV + n) * 16, mPlace, output + 16 * n);
  }
}

static void winograd_panel(const UNetBoundProduct *p, const float *v, long count, const float *u, float *m,
                           long output, long vectors, long first, long end) {
  const long place = count * inner(p) + LINE;
#if SUMS == 24
  if (vectors == 4) return panel_tiles(p, v, place, u, m, output, first, end, 6, 4);
  if (vectors == 2) return panel_tiles(p, v, place, u, m, output, first, end, 12, 2);
  panel_tiles(p, v, place, u, m, output, first, end, 12, 1);
#else
  (void)vectors;  // always 1
  panel_tiles(p, v, place, u, m, output, first, end, 6, 1);
#endif
}

// The six by six of filters in 16 lanes.
INLINE void transform_filters(const v16 *g, float *u, long place) {
  v16 half[PLACES];
  UNROLL(s, 3) filter_six(g + s, 3, half + s, 3);
  UNROLL(i, 6) {
    v16 six[6];
    filter_six(half + i * 3, 1, six, 1);
    UNROLL(j, 6) STORE(u + (i * 6 + j) * place, six[j]);
  }
}

// Column j of 16 rows of 16 becomes row j of `columns`, by exchanging ever smaller quarters.
INLINE void transpose(const float *rows, long stride, float *columns) {
  v16 a[16], b[16];
  UNROLL(l, 16) a[l] = LOAD(rows + l * stride);
#define TURN(from, to, DISTANCE)                                                               \
  UNROLL(l, 16) {                                                                              \
    const v16 one = from[l & ~DISTANCE], two = from[l | DISTANCE];                             \
    to[l] = l & DISTANCE ? PICK_##DISTANCE(one, two, DISTANCE) : PICK_##DISTANCE(one, two, 0); \
  }
#define PICK(one, two, at, D)                                                                             \
  __builtin_shufflevector(one, two, LANE(0, at, D), LANE(1, at, D), LANE(2, at, D), LANE(3, at, D),       \
                          LANE(4, at, D), LANE(5, at, D), LANE(6, at, D), LANE(7, at, D), LANE(8, at, D), \
                          LANE(9, at, D), LANE(10, at, D), LANE(11, at, D), LANE(12, at, D),              \
                          LANE(13, at, D), LANE(14, at, D), LANE(15, at, D))
#define LANE(i, at, D) ((((i) & ~(D)) | (at)) + ((i) & (D) ? 16 : 0))
#define PICK_1(one, two, at) PICK(one, two, at, 1)
#define PICK_2(one, two, at) PICK(one, two, at, 2)
#define PICK_4(one, two, at) PICK(one, two, at, 4)
#define PICK_8(one, two, at) PICK(one, two, at, 8)
  TURN(a, b, 8)
  TURN(b, a, 4)
  TURN(a, b, 2)
  TURN(b, a, 1)
  UNROLL(l, 16) STORE(columns + 16 * l, a[l]);
#undef TURN
#undef PICK
#undef LANE
#undef PICK_1
#undef PICK_2
#undef PICK_4
#undef PICK_8
}

static void winograd_filters(const UNetBoundProduct *p, const float *w, float *u, long output, long vectors) {
  const long channels = inner(p), outputs = p->shape.K;
  const long place = channels * 16 * vectors + LINE, tap = channels * outputs;
  for (long n = 0; n < vectors; n++) {
    const long k = output + 16 * n;
    if (!p->shape.transposed) {
      for (long c = 0; c < channels; c++) {
        v16 g[9];
        UNROLL(t, 9) g[t] = LOAD(w + t * tap + c * outputs + k);
        transform_filters(g, u + (c * vectors + n) * 16, place);
      }
      continue;
    }
    for (long c = 0; c < channels; c += 16) {
      float turned[9][16][16];
      UNROLL(t, 9) transpose(w + (8 - t) * tap + k * channels + c, channels, turned[t][0]);
      for (long i = 0; i < 16; i++) {
        v16 g[9];
        UNROLL(t, 9) g[t] = LOAD(turned[t][i]);
        transform_filters(g, u + ((c + i) * vectors + n) * 16, place);
      }
    }
  }
}
