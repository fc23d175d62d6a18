// What tile_product.cl and tile_gradient.cl share: schedule "tile", for GPUs.
//
//   A work-group computes GM x GN results, each item TM x TN of them, in registers.  What a group needs of both factors
//   for DEPTH terms of its sums, a stage, lies in local memory.  While one stage is multiplied, the next comes from
//   global memory to registers, and goes from there to the other half of the local memory.
//
// GM, GN      results of a group: pixels x channels; of a weight gradient, channels of x at all taps x filters
// TM, TN      results of an item, in quads of neighbours, 4 GM / TM and 4 GN / TN apart
// DEPTH       terms of a stage
// VA, VB, VY  floats of a load of either factor and of a store, 1 or 4; four are aligned
// All are powers of two; TM, TN and DEPTH at least 4, and THREADS at least DEPTH.
#include "common.h"

#ifndef GM
#define GM 128
#define GN 64
#define TM 8
#define TN 8
#define DEPTH 8
#define VA 4
#define VB 4
#define VY 4
#endif

#define ACROSS (GM / TM)
#define THREADS (ACROSS * (GN / TN))
#define IN_GROUPS __attribute__((reqd_work_group_size(THREADS, 1, 1)))
// Columns of a stage are stored by neighbouring items: with four more they lie in different banks.
#define PITCH_A (GM + 4)
#define PITCH_B (GN + 4)
// An item's loads of a stage of one factor.  Where a stage has fewer loads than items, the last items have none.
#define LOADS_A ((GM * DEPTH / VA + THREADS - 1) / THREADS)
#define LOADS_B ((GN * DEPTH / VB + THREADS - 1) / THREADS)
#define EACH_LOAD(j, load, floats, width)                                  \
  _Pragma("unroll") for (int j = 0, load = get_local_id(0);                \
                         j < ((floats) / (width) + THREADS - 1) / THREADS; \
                         ++j, load +=                                      \
                              THREADS) if ((floats) / (width) % THREADS == 0 || load < (floats) / (width))

static inline float4 fetch(global const float *from, int width) {
  return width == 4 ? *(global const float4 *)from : (float4)(*from, 0.0f, 0.0f, 0.0f);
}

// Neighbours that follow one another in a row of the stage.
static inline void put_along(local float *to, float4 v, int width) {
  if (width == 4)
    *(local float4 *)to = v;
  else
    *to = v.x;
}

// Neighbours that are terms of one sum: one in each row of the stage.
static inline void put_across(local float *to, float4 v, int width, int pitch) {
  to[0] = v.x;
  if (width == 4) {
    to[pitch] = v.y;
    to[2 * pitch] = v.z;
    to[3 * pitch] = v.w;
  }
}

// One term of each of an item's sums, from a row of either factor's stage.
static inline void multiply(local const float *a, local const float *b, float4 sums[TM][TN / 4]) {
  float u[TM];
  float4 v[TN / 4];
  UNROLL(m, TM / 4) vstore4(*(local const float4 *)(a + m * (4 * ACROSS)), m, u);
  UNROLL(n, TN / 4) v[n] = *(local const float4 *)(b + n * (4 * GN / TN));
  UNROLL(m, TM)
    UNROLL(n, TN / 4) sums[m][n] = fma((float4)(u[m]), v[n], sums[m][n]);
}

// A stage, or the terms that are left of the sums.
static inline void multiply_stage(local const float *a, local const float *b, int left,
                                  float4 sums[TM][TN / 4]) {
  if (left >= DEPTH)
    UNROLL(d, DEPTH) multiply(a + d * PITCH_A, b + d * PITCH_B, sums);
  else
    for (int d = 0; d < left; ++d) multiply(a + d * PITCH_A, b + d * PITCH_B, sums);
}

// The first `left` of four results.
static inline void store_quad(global float *to, float4 v, int left) {
  if (VY == 4) {
    if (left > 0) *(global float4 *)to = v;
  } else {
    if (left > 0) to[0] = v.x;
    if (left > 1) to[1] = v.y;
    if (left > 2) to[2] = v.z;
    if (left > 3) to[3] = v.w;
  }
}

// The first `left` of four numbers, at least one; the others 0.
static inline float4 fetch_quad(global const float *from, int left) {
  return VY == 4 ? *(global const float4 *)from
                 : (float4)(from[0], left > 1 ? from[1] : 0.0f, left > 2 ? from[2] : 0.0f,
                            left > 3 ? from[3] : 0.0f);
}
