// Winograd's F(4x4, 3x3) (Lavin and Gray, 2016), with the points 0, ±3/4, ±3/2 and infinity: its transforms, which
// winograd.cl (schedule "vector") and tile_winograd.cl share.  Documentation/numerics.md states the arithmetic.
//
//   filters  U = G w Gᵀ      3x3 -> 6x6        input      V = Bᵀ x B    6x6 -> 6x6
//   output   y = Aᵀ M A      6x6 -> 4x4        gradients  Z = A g Aᵀ    4x4 -> 6x6,   dw = Gᵀ M G    6x6 -> 3x3
//
// Tiles of 4x4 results are counted through all images, in reading order.  Each place of the 6x6 is a product of its own,
// over channels or, for the gradient of filters, over tiles; `place` is the distance from one to the next.

#define PLACES 36
// Floats that scratch of "vector" has more from one place to the next.
#define LINE 16

// A picture [N, H, W, channels] from `start` on, as strides that count floats.
typedef struct {
  int start, image, row, pixel, height, width;
} Picture;

// What a launch covers: tiles of an image, all tiles, and the strips that they are cut into.
typedef struct {
  int rows, columns, count, strips;
} Tiles;

// What a convolution and its filters' gradient read: x, then the channels of skip from `split` on.
#define CONVOLUTION                                                                                     \
  global const float *restrict x, Picture xp, global const float *restrict skip, Picture sp, int split, \
      int C, int K, Tiles tiles

typedef struct {
  int n, row, column;
} Corner;

static inline Corner corner(Tiles tiles, int t) {
  const int inImage = t % (tiles.rows * tiles.columns);
  Corner at = {t / (tiles.rows * tiles.columns), inImage / tiles.columns * 4, inImage % tiles.columns * 4};
  return at;
}

static inline size_t pixel_at(Picture p, Corner at) {
  return p.start + (size_t)at.n * p.image + (size_t)at.row * p.row + (size_t)at.column * p.pixel;
}

static inline void input_six(const wide *d, int step, wide *v) {
  const wide d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const wide a = fma((wide)(-2.25f), d2, d4), b = fma((wide)(-2.25f), d1, d3);
  const wide c = fma((wide)(-0.5625f), d2, d4), e = fma((wide)(-0.5625f), d1, d3);
  v[0] = fma((wide)(1.265625f), d0, fma((wide)(-2.8125f), d2, d4));
  v[1] = fma((wide)(0.75f), b, a);
  v[2] = fma((wide)(-0.75f), b, a);
  v[3] = fma((wide)(1.5f), e, c);
  v[4] = fma((wide)(-1.5f), e, c);
  v[5] = fma((wide)(1.265625f), d1, fma((wide)(-2.8125f), d3, d5));
}

static inline void output_four(const wide *m, int step, wide *y) {
  const wide s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const wide s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  y[0] = (m[0] + s1) + s2;
  y[1] = fma((wide)(1.5f), t2, (wide)(0.75f) * t1);
  y[2] = fma((wide)(2.25f), s2, (wide)(0.5625f) * s1);
  y[3] = fma((wide)(3.375f), t2, fma((wide)(0.421875f), t1, m[5 * step]));
}

static inline void gradient_six(const wide *g, int step, wide *z) {
  const wide g0 = g[0], g1 = g[step], g2 = g[2 * step], g3 = g[3 * step];
  const wide a = fma((wide)(0.5625f), g2, g0), b = fma((wide)(0.421875f), g3, (wide)(0.75f) * g1);
  const wide c = fma((wide)(2.25f), g2, g0), d = fma((wide)(3.375f), g3, (wide)(1.5f) * g1);
  z[0] = g0;
  z[1] = a + b;
  z[2] = a - b;
  z[3] = c + d;
  z[4] = c - d;
  z[5] = g3;
}

static inline void filter_six(const wide *g, int step, wide *u) {
  const wide g0 = g[0], g1 = g[step], g2 = g[2 * step];
  const wide a = fma((wide)(-0.296296299f), g2, (wide)(-0.526748955f) * g0), b = (wide)(-0.395061731f) * g1;
  const wide c = fma((wide)(0.296296299f), g2, (wide)(0.131687239f) * g0), d = (wide)(0.197530866f) * g1;
  u[0] = (wide)(0.790123463f) * g0;
  u[1] = a + b;
  u[2] = a - b;
  u[3] = c + d;
  u[4] = c - d;
  u[5] = g2;
}

static inline void filter_three(const wide *m, int step, wide *g) {
  const wide s1 = m[step] + m[2 * step], t1 = m[step] - m[2 * step];
  const wide s2 = m[3 * step] + m[4 * step], t2 = m[3 * step] - m[4 * step];
  g[0] = fma((wide)(0.131687239f), s2, fma((wide)(-0.526748955f), s1, (wide)(0.790123463f) * m[0]));
  g[1] = fma((wide)(0.197530866f), t2, (wide)(-0.395061731f) * t1);
  g[2] = fma((wide)(0.296296299f), s2, fma((wide)(-0.296296299f), s1, m[5 * step]));
}

// The 6x6 of an input's tile; zeros beyond the picture.
static inline void input_tile(global const float *restrict x, Picture p, Corner at, int channels,
                              global float *restrict to, size_t place) {
  global const float *from = x + pixel_at(p, at);
  const int rows = p.height - at.row, columns = p.width - at.column;
  for (int c = 0; c < channels; c += WIDE) {
    wide d[36], across[36];
    if (rows >= 6 && columns >= 6) {
      UNROLL(i, 6)
        UNROLL(j, 6) d[i * 6 + j] = LOAD(0, from + (size_t)i * p.row + j * p.pixel + c);
    } else {
      UNROLL(i, 6)
        UNROLL(j, 6)
          d[i * 6 + j] =
              i < rows && j < columns ? LOAD(0, from + (size_t)i * p.row + j * p.pixel + c) : (wide)(0.0f);
    }
    UNROLL(i, 6) input_six(d + i * 6, 1, across + i * 6);
    UNROLL(j, 6) {
      wide six[6];
      input_six(across + j, 6, six);
      UNROLL(i, 6) STORE(six[i], 0, to + (i * 6 + j) * place + c);
    }
  }
}

// The 6x6 of a tile of a gradient; zeros beyond the picture.
static inline void gradient_tile(global const float *restrict g, Picture p, Corner at, int filters,
                                 global float *restrict to, size_t place) {
  global const float *from = g + pixel_at(p, at);
  const int rows = p.height - at.row, columns = p.width - at.column;
  for (int k = 0; k < filters; k += WIDE) {
    wide d[16], across[24];
    if (rows >= 4 && columns >= 4) {
      UNROLL(i, 4)
        UNROLL(j, 4) d[i * 4 + j] = LOAD(0, from + (size_t)i * p.row + j * p.pixel + k);
    } else {
      UNROLL(i, 4)
        UNROLL(j, 4)
          d[i * 4 + j] =
              i < rows && j < columns ? LOAD(0, from + (size_t)i * p.row + j * p.pixel + k) : (wide)(0.0f);
    }
    UNROLL(i, 4) gradient_six(d + i * 4, 1, across + i * 6);
    UNROLL(j, 6) {
      wide six[6];
      gradient_six(across + j, 6, six);
      UNROLL(i, 6) STORE(six[i], 0, to + (i * 6 + j) * place + k);
    }
  }
}

// The rows and columns of a tile's 4x4 that lie in the picture, rectified or gated.
static inline void output_tile(global const float *restrict m, size_t place, global float *restrict y,
                               Picture p, global const float *restrict gate, Picture gp,
                               global const float *restrict bias, Corner at, int hasBias, int relu,
                               int gated) {
  wide d[36], across[24];
  UNROLL(e, PLACES) d[e] = LOAD(0, m + e * place);
  UNROLL(j, 6) {
    wide four[4];
    output_four(d + j, 6, four);
    UNROLL(i, 4) across[i * 6 + j] = four[i];
  }
  const int rows = p.height - at.row, columns = p.width - at.column;
  global float *to = y + pixel_at(p, at);
  global const float *from = gate + pixel_at(gp, at);
  UNROLL(i, 4) {
    wide four[4];
    output_four(across + i * 6, 1, four);
    UNROLL(j, 4) {
      if (i >= rows || j >= columns) continue;
      wide a = four[j];
      if (hasBias) a = a + LOAD(0, bias);
      if (relu) a = select(a, (wide)(0.0f), a < (wide)(0.0f));
      if (gated)
        a = select((wide)(0.0f), a, LOAD(0, from + (size_t)i * gp.row + j * gp.pixel) > (wide)(0.0f));
      STORE(a, 0, to + (size_t)i * p.row + j * p.pixel);
    }
  }
}

// sum + each pixel of a tile of g, in reading order; pixels beyond the picture count as 0.
static inline wide add_tile(wide sum, global const float *restrict g, Picture p, Corner at) {
  global const float *from = g + pixel_at(p, at);
  const int rows = p.height - at.row, columns = p.width - at.column;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      sum = sum + (i < rows && j < columns ? LOAD(0, from + (size_t)i * p.row + j * p.pixel) : (wide)(0.0f));
  return sum;
}

// The 3x3 of WIDE filters of one channel.
static inline void filter_gradient(global const float *restrict m, size_t place, global float *restrict dw,
                                   size_t tap) {
  wide d[36], across[18];
  UNROLL(e, PLACES) d[e] = LOAD(0, m + e * place);
  UNROLL(j, 6) {
    wide three[3];
    filter_three(d + j, 6, three);
    UNROLL(i, 3) across[i * 6 + j] = three[i];
  }
  UNROLL(i, 3) {
    wide three[3];
    filter_three(across + i * 6, 1, three);
    UNROLL(j, 3) STORE(three[j], 0, dw + (i * 3 + j) * tap);
  }
}
