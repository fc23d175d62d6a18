// Gradients of filters, schedule "tile": the sums of weight_gradient.cl and their order, by the groups of tile.h.
//
// SKIP  1 where there is a second source      NARROW  1 where a row of g has fewer pixels than a stage
#include "tile.h"
#include "shared/geometry.h"

#ifndef SKIP
#define SKIP 0
#endif
#ifndef NARROW
#define NARROW 1
#endif

// Where a load stands: its row of an image, its column, its address.
typedef struct {
  int row, column;
  global const float *at;
} Place;

// The first pixel of row number `row` of all images' rows, for a load that is at `from` in the very first one.
static inline Place place(global const float *from, int row, int OH, UNetPicture picture) {
  Place p = {row % OH, 0, from + (row / OH) * picture.image + (row % OH) * picture.row};
  return p;
}

// Goes on by `pixels` in raster order, no more than a stage.
static inline void walk(Place *p, int pixels, int OH, int OW, UNetPicture picture) {
  p->column += pixels;
  p->at += pixels * (int)picture.pixel;
#if NARROW
  while (p->column >= OW) {
#else
  if (p->column >= OW) {
#endif
    p->column -= OW;
    p->at += (int)picture.row - OW * (int)picture.pixel;
    if (++p->row == OH) {
      p->row = 0;
      p->at += picture.image - OH * picture.row;
    }
  }
}

// parts[z / batches][m][k] = sum over the pixels of a block of x[pixel + tap, c] * g[pixel, k], for M = R S (I + J) rows
// m = (r, s, c): I channels of x, then J of skip.  Where taps move g, each is a batch of its own, and M = I.  The last
// block ends with the pixels.
// Range: (ceil(M / GM) * THREADS, ceil(K / GN), blocks * batches) in groups of (THREADS, 1, 1).
kernel IN_GROUPS void weight_gradient_tile(global const float *restrict x, global const float *restrict skip,
                                           global const float *restrict g, global float *restrict parts,
                                           long partsStart, UNetFilterGradient shape) {
  local float a[2][DEPTH * PITCH_A] __attribute__((aligned(16)));
  local float b[2][DEPTH * PITCH_B] __attribute__((aligned(16)));
  const int m0 = get_group_id(0) * GM, k0 = get_group_id(1) * GN, z = get_group_id(2);
  const UNetPicture first = shape.from.x, other = shape.from.skip, gs = shape.g;
  const int S = shape.S, I = shape.from.channels, K = shape.K, OH = gs.height, OW = gs.width;
  const int batches = shape.batches, block = z / batches, batch = z % batches,
            firstRow = block * (int)shape.block;
  const int channels = SKIP ? I + (int)shape.from.skipChannels : I;
  const int M = batches > 1 ? channels : (int)shape.R * S * channels;
  const int E = min((int)shape.pixels, (firstRow + (int)shape.block) * OW) - firstRow * OW;
  x += first.start + batch * shape.xBatch;
  skip += other.start;
  g += gs.start + (batch / 2) * shape.gTapRow + batch % 2 * shape.gTapColumn;

  Place placeA[LOADS_A], placeB[LOADS_B];
  int second[LOADS_A];
  float4 nextA[LOADS_A], nextB[LOADS_B], sums[TM][TN / 4];
  EACH_LOAD(j, load, GM * DEPTH, VA) {
    const int m = min(m0 + load % (GM / VA) * VA, M - VA), c = m % channels, r = m / channels / S,
              s = m / channels % S;
    second[j] = SKIP && c >= I;
    placeA[j] = second[j]
                    ? place(skip + r * other.row + s * other.pixel + c - I, firstRow, OH, other)
                    : place(x + r * shape.from.tapRow + s * shape.from.tapColumn + c, firstRow, OH, first);
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
