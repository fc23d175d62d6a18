// Winograd's algorithm (shared/winograd_lines.h): what winograd.cl and winograd_gradient.cl (schedule "vector") and tile_winograd.cl
// share.
//
// Tiles of 4x4 results are counted through all images, in reading order.  Each place of the 6x6 is a product of its own,
// over channels or, for the gradient of filters, over tiles; `place` is the distance from one to the next.
#include "common.h"
#include "shared/geometry.h"
#include "shared/winograd_lines.h"

// Where a tile begins.
typedef struct {
  int n, row, column;
} Corner;

static inline Corner corner(UNetWinogradTiles tiles, int t) {
  const int columns = tiles.columns, each = (int)tiles.rows * columns, inImage = t % each;
  Corner at = {t / each, inImage / columns * 4, inImage % columns * 4};
  return at;
}

static inline size_t pixel_at(UNetPicture p, Corner at) {
  return p.start + at.n * p.image + at.row * p.row + at.column * p.pixel;
}

// The SIDE x SIDE pixels of a tile of which some lie beyond the picture, zeros there.  On a processor by a loop, whose code is
// there once; an item of a GPU has no memory that a loop could walk.
#if TILE
#define LOAD_EDGE(d, SIDE)                                                           \
  UNROLL(i, SIDE)                                                                    \
    UNROLL(j, SIDE) {                                                                \
      const bool inside = i < rows && j < columns;                                   \
      const wide pixel = LOAD(0, from + (inside ? i * p.row + j * p.pixel : 0) + c); \
      d[i * SIDE + j] = inside ? pixel : (wide)(0.0f);                               \
    }
#else
#define LOAD_EDGE(d, SIDE)                                                                       \
  float edge[SIDE * SIDE * WIDE];                                                                \
  for (int i = 0; i < SIDE; ++i)                                                                 \
    for (int j = 0; j < SIDE; ++j)                                                               \
      KEEP(i < rows && j < columns ? LOAD(0, from + i * p.row + j * p.pixel + c) : (wide)(0.0f), \
           edge + (i * SIDE + j) * WIDE);                                                        \
  UNROLL(k, SIDE * SIDE) d[k] = KEPT(edge + k * WIDE);
#endif

// The 6x6 of the SIDE x SIDE pixels of a tile, by the lines of one matrix.
#define TRANSFORM(name, SIDE, line)                                                               \
  static inline void name(global const float *restrict x, UNetPicture p, Corner at, int channels, \
                          global float *restrict to, size_t place) {                              \
    global const float *from = x + pixel_at(p, at);                                               \
    const int rows = (int)p.height - at.row, columns = (int)p.width - at.column;                  \
    for (int c = 0; c < channels; c += WIDE) {                                                    \
      wide d[SIDE * SIDE], across[SIDE * 6];                                                      \
      if (rows >= SIDE && columns >= SIDE) {                                                      \
        UNROLL(i, SIDE) {                                                                         \
          UNROLL(j, SIDE) d[i * SIDE + j] = LOAD(0, from + i * p.row + j * p.pixel + c);          \
          UNROLL(j, 4) SOON(from + i * p.row + (SIDE + j) * p.pixel + c);                         \
        }                                                                                         \
      } else {                                                                                    \
        LOAD_EDGE(d, SIDE)                                                                        \
      }                                                                                           \
      UNROLL(i, SIDE) line(d + i * SIDE, 1, across + i * 6, 1);                                   \
      UNROLL(j, 6) {                                                                              \
        wide six[6];                                                                              \
        line(across + j, 6, six, 1);                                                              \
        UNROLL(i, 6) STORE(six[i], 0, to + (i * 6 + j) * place + c);                              \
      }                                                                                           \
    }                                                                                             \
  }

TRANSFORM(input_tile, 6, input_six)
TRANSFORM(gradient_tile, 4, gradient_six)

// The rows and columns of a tile's 4x4 that lie in the picture, rectified or gated; y, gate and bias are those of the
// first output of m.
static inline void output_tile(global const float *restrict m, size_t place, global float *restrict y,
                               global const float *restrict gate, global const float *restrict bias,
                               UNetProduct shape, Corner at) {
  const UNetPicture p = shape.y, gp = shape.gate;
  const int biased = shape.biased, relu = shape.relu, gated = shape.gated;
  wide d[36], across[24];
  UNROLL(e, PLACES) d[e] = LOAD(0, m + e * place);
  UNROLL(j, 6) output_four(d + j, 6, across + j, 6);
  const int rows = (int)p.height - at.row, columns = (int)p.width - at.column;
  global float *to = y + pixel_at(p, at);
  global const float *from = gate + pixel_at(gp, at);
  UNROLL(i, 4) {
    wide four[4];
    output_four(across + i * 6, 1, four, 1);
    UNROLL(j, 4) {
      if (i >= rows || j >= columns) continue;
      wide a = four[j];
      if (biased) a = a + LOAD(0, bias);
      if (relu) a = select(a, (wide)(0.0f), a < (wide)(0.0f));
      if (gated) a = select((wide)(0.0f), a, LOAD(0, from + i * gp.row + j * gp.pixel) > (wide)(0.0f));
      STORE(a, 0, to + i * p.row + j * p.pixel);
    }
  }
}

// A pixel of a tile, the i-th in reading order; those beyond the picture count as 0.
static inline wide pixel_of_tile(global const float *restrict g, UNetPicture p, Corner at, int i) {
  const bool inside = i / 4 < (int)p.height - at.row && i % 4 < (int)p.width - at.column;
  return inside ? LOAD(0, g + pixel_at(p, at) + i / 4 * p.row + i % 4 * p.pixel) : (wide)(0.0f);
}

// sum + each pixel of a tile of g, in reading order.
static inline wide add_tile(wide sum, global const float *restrict g, UNetPicture p, Corner at) {
  for (int i = 0; i < 16; ++i) sum = sum + pixel_of_tile(g, p, at, i);
  return sum;
}

// The 3x3 of WIDE filters of one channel.
static inline void filter_gradient(global const float *restrict m, size_t place, global float *restrict dw,
                                   size_t tap) {
  wide d[36], across[18];
  UNROLL(e, PLACES) d[e] = LOAD(0, m + e * place);
  UNROLL(j, 6) filter_three(d + j, 6, across + j, 6);
  UNROLL(i, 3) {
    wide three[3];
    filter_three(across + i * 6, 1, three, 1);
    UNROLL(j, 3) STORE(three[j], 0, dw + (i * 3 + j) * tap);
  }
}
