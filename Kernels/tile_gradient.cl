// Gradients of filters, schedule "tile": the sums of weight_gradient.cl and their order, by the groups of tile.h.
//
// SKIP  1 where there is a second source
#include "tile.h"

#ifndef SKIP
#define SKIP 0
#endif

// A source: floats from an image, a row, a pixel to the next.
typedef struct {
  int image, row, pixel;
} Strides;

// Where a load stands: its row of an image, its column, its address.
typedef struct {
  int row, column;
  global const float *at;
} Place;

// The first pixel of row number `row` of all images' rows, for a load that is at `from` in the very first one.
static inline Place place(global const float *from, int row, int OH, Strides strides) {
  Place p = {row % OH, 0, from + (size_t)(row / OH) * strides.image + (size_t)(row % OH) * strides.row};
  return p;
}

// Goes on by `pixels` in raster order.
static inline void walk(Place *p, int pixels, int OH, int OW, Strides strides) {
  p->column += pixels;
  p->at += pixels * strides.pixel;
  while (p->column >= OW) {
    p->column -= OW;
    p->at += strides.row - OW * strides.pixel;
    if (++p->row == OH) {
      p->row = 0;
      p->at += strides.image - OH * strides.row;
    }
  }
}

// parts[z / groups][m][k] = sum over the pixels of a block of x[pixel + tap, c] * g[pixel, k], for M = R S (I + J) rows
// m = (r, s, c): I channels of x, then J of skip.  Where taps move g, each is a group of its own, and M = I; group q
// starts at q * xGroup of x and (q / 2) * gTapRow + (q % 2) * gTapColumn of g.  The last block ends with the pixels.
// Range: (ceil(M / GM) * THREADS, ceil(K / GN), blocks * groups) in groups of (THREADS, 1, 1).
kernel IN_GROUPS void weight_gradient_tile(global const float *restrict x, global const float *restrict skip,
                                           global const float *restrict g, global float *restrict parts,
                                           int S, int I, int J, int M, int K, int OH, int OW, int pixels,
                                           int blockRows, int groups, int xStart, int xImage, int xRow,
                                           int xPixel, int xTapRow, int xTapColumn, int xGroup, int skipImage,
                                           int skipStart, int skipRow, int skipPixel, int gImage, int gStart,
                                           int gRow, int gPixel, int gTapRow, int gTapColumn,
                                           int partsStart) {
  local float a[2][DEPTH * PITCH_A] __attribute__((aligned(16)));
  local float b[2][DEPTH * PITCH_B] __attribute__((aligned(16)));
  const int m0 = get_group_id(0) * GM, k0 = get_group_id(1) * GN, z = get_group_id(2);
  const int block = z / groups, group = z % groups, firstRow = block * blockRows;
  const int channels = SKIP ? I + J : I, E = min(pixels, (firstRow + blockRows) * OW) - firstRow * OW;
  const Strides first = {xImage, xRow, xPixel}, other = {skipImage, skipRow, skipPixel},
                gs = {gImage, gRow, gPixel};
  x += xStart + (size_t)group * xGroup;
  g += gStart + (size_t)(group / 2) * gTapRow + group % 2 * gTapColumn;

  Place placeA[LOADS_A], placeB[LOADS_B];
  int second[LOADS_A];
  float4 nextA[LOADS_A], nextB[LOADS_B], sums[TM][TN / 4];
  EACH_LOAD(j, load, GM * DEPTH, VA) {
    const int m = min(m0 + load % (GM / VA) * VA, M - VA), c = m % channels, r = m / channels / S,
              s = m / channels % S;
    second[j] = SKIP && c >= I;
    placeA[j] = second[j] ? place(skip + skipStart + r * skipRow + s * skipPixel + c - I, firstRow, OH, other)
                          : place(x + r * xTapRow + s * xTapColumn + c, firstRow, OH, first);
    walk(&placeA[j], load / (GM / VA), OH, OW, second[j] ? other : first);
    nextA[j] = (float4)(0.0f);
  }
  EACH_LOAD(j, load, GN * DEPTH, VB) {
    placeB[j] = place(g + min(k0 + load % (GN / VB) * VB, K - VB), firstRow, OH, gs);
    walk(&placeB[j], load / (GN / VB), OH, OW, gs);
    nextB[j] = (float4)(0.0f);
  }
  UNROLL(m, TM)
    UNROLL(n, TN / 4) sums[m][n] = (float4)(0.0f);

  const int row = get_local_id(0) % ACROSS * 4, column = get_local_id(0) / ACROSS * 4;
  for (int next = 0, side = 0; next < E + DEPTH; next += DEPTH, side ^= 1) {
    EACH_LOAD(j, load, GM * DEPTH, VA) {
      if (next + load / (GM / VA) < E) nextA[j] = fetch(placeA[j].at, VA);
      walk(&placeA[j], DEPTH, OH, OW, second[j] ? other : first);
    }
    EACH_LOAD(j, load, GN * DEPTH, VB) {
      if (next + load / (GN / VB) < E) nextB[j] = fetch(placeB[j].at, VB);
      walk(&placeB[j], DEPTH, OH, OW, gs);
    }
    if (next > 0) multiply_stage(a[side ^ 1] + row, b[side ^ 1] + column, E - (next - DEPTH), sums);
    EACH_LOAD(j, load, GM * DEPTH, VA)
      put_along(a[side] + load / (GM / VA) * PITCH_A + load % (GM / VA) * VA, nextA[j], VA);
    EACH_LOAD(j, load, GN * DEPTH, VB)
      put_along(b[side] + load / (GN / VB) * PITCH_B + load % (GN / VB) * VB, nextB[j], VB);
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  UNROLL(i, TM) {
    const int m = m0 + row + i / 4 * (4 * ACROSS) + i % 4;
    if (m >= M) continue;
    UNROLL(n, TN / 4) {
      const int k = k0 + column + n * (4 * GN / TN);
      store_quad(parts + partsStart + ((size_t)z * M + m) * K + k, sums[i][n], K - k);
    }
  }
}
