// Products of image patches and filters, schedule "tile": the sums of conv.cl and their order, by the groups of tile.h.
//
// TRANSPOSED  1 where filters are stored [taps, K, I]; then VB is VA
// SKIP        1 where there is a second source
#include "tile.h"
#include "shared/geometry.h"

#ifndef TRANSPOSED
#define TRANSPOSED 0
#endif
#ifndef SKIP
#define SKIP 0
#endif

// A term of a sum over taps (r, s) and channels i.
typedef struct {
  int r, s, i;
} Term;

static inline void settle(Term *term, int S, int channels) {
  while (term->i >= channels) {
    term->i -= channels;
    if (++term->s == S) term->s = 0, ++term->r;
  }
}

// y[z][h, w, k] = bias[k] + sum over terms e = (r, s, i) of x[z][patch(h, w, r, s), i] * w[z][e, k], as in conv.cl: I
// channels of x, then J of skip.  Rectified where asked, or 0 where gate [P, K] is not positive.
// Range: (ceil(P / GM) * THREADS, ceil(K / GN), batches) in groups of (THREADS, 1, 1), for P = N * OH * OW.
kernel IN_GROUPS void product_tile(global const float *restrict x, global const float *restrict skip,
                                   global const float *restrict w, global const float *restrict bias,
                                   global const float *restrict gate, global float *restrict y,
                                   UNetProduct shape) {
  local float a[2][DEPTH * PITCH_A] __attribute__((aligned(16)));
  local float b[2][DEPTH * PITCH_B] __attribute__((aligned(16)));
  const int p0 = get_group_id(0) * GM, k0 = get_group_id(1) * GN, z = get_group_id(2);
  const UNetPicture first = shape.from.x, other = shape.from.skip, to = shape.y;
  const int R = shape.R, S = shape.S, I = shape.from.channels, K = shape.K, OH = to.height, OW = to.width;
  const int channels = SKIP ? I + (int)shape.from.skipChannels : I, E = R * S * channels,
            P = shape.N * OH * OW;
  const int tapRow = shape.from.tapRow, tapColumn = shape.from.tapColumn, skipRow = other.row,
            skipPixel = other.pixel;
  x += z * shape.xBatch + first.start;
  skip += other.start;
  w += (size_t)z * E * K;

  // An item's loads of x, and of transposed filters, are all of the same terms.
  Term term = {0, 0, get_local_id(0) % (DEPTH / VA) * VA};
  long patch[LOADS_A], crop[LOADS_A];
  int filter[LOADS_B];
  float4 nextA[LOADS_A], nextB[LOADS_B], sums[TM][TN / 4];
  EACH_LOAD(j, load, GM * DEPTH, VA) {
    const int p = min(p0 + load / (DEPTH / VA), P - 1), n = p / (OH * OW), h = p / OW % OH;
    patch[j] = n * first.image + h * first.row + p % OW * first.pixel;
    crop[j] = n * other.image + h * other.row + p % OW * other.pixel;
    nextA[j] = (float4)(0.0f);
  }
  EACH_LOAD(j, load, GN * DEPTH, VB) {
    filter[j] = TRANSPOSED ? min(k0 + load / (DEPTH / VB), K - 1) * channels
                           : load / (GN / VB) * K + min(k0 + load % (GN / VB) * VB, K - VB);
    nextB[j] = (float4)(0.0f);
  }

  const int row = get_local_id(0) % ACROSS * 4, column = get_local_id(0) / ACROSS * 4;
  UNROLL(n, TN / 4) {
    const int k = k0 + column + n * (4 * GN / TN);
    float4 start = (float4)(0.0f);
    if (shape.biased)
      start = (float4)(bias[min(k, K - 1)], bias[min(k + 1, K - 1)], bias[min(k + 2, K - 1)],
                       bias[min(k + 3, K - 1)]);
    UNROLL(m, TM) sums[m][n] = start;
  }

  // The stage before the first multiplies nothing; the one after the last brings nothing of use.
  for (int next = 0, side = 0; next < E + DEPTH; next += DEPTH, side ^= 1) {
    settle(&term, S, channels);
    const int second = SKIP && term.i >= I;
    global const float *from = second ? skip + term.r * skipRow + term.s * skipPixel + term.i - I
                                      : x + term.r * tapRow + term.s * tapColumn + term.i;
    const int along = TRANSPOSED ? (term.r * S + term.s) * K * channels + term.i : next * K;
    EACH_LOAD(j, load, GM * DEPTH, VA)
      if (term.r < R) nextA[j] = fetch(from + patch[j] + (second ? crop[j] - patch[j] : 0), VA);
    EACH_LOAD(j, load, GN * DEPTH, VB)
      if (TRANSPOSED ? term.r < R : next + load / (GN / VB) < E) nextB[j] = fetch(w + filter[j] + along, VB);
    term.i += DEPTH;

    if (next > 0) multiply_stage(a[side ^ 1] + row, b[side ^ 1] + column, E - (next - DEPTH), sums);
    EACH_LOAD(j, load, GM * DEPTH, VA)
      put_across(a[side] + load % (DEPTH / VA) * VA * PITCH_A + load / (DEPTH / VA), nextA[j], VA, PITCH_A);
    EACH_LOAD(j, load, GN * DEPTH, VB) {
      if (TRANSPOSED)
        put_across(b[side] + load % (DEPTH / VB) * VB * PITCH_B + load / (DEPTH / VB), nextB[j], VB, PITCH_B);
      else
        put_along(b[side] + load / (GN / VB) * PITCH_B + load % (GN / VB) * VB, nextB[j], VB);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  y += to.start + (z / 2) * shape.cornerRow + (z % 2) * shape.cornerColumn;
  UNROLL(m, TM) {
    const int p = p0 + row + m / 4 * (4 * ACROSS) + m % 4;
    if (p >= P) continue;
    global float *at = y + (p / (OH * OW)) * to.image + (p / OW % OH) * to.row + p % OW * to.pixel;
    UNROLL(n, TN / 4) {
      const int k = k0 + column + n * (4 * GN / TN);
      float4 v = sums[m][n];
      if (shape.relu) v = select(v, (float4)(0.0f), v < (float4)(0.0f));
      if (shape.gated && k < K)
        v = select((float4)(0.0f), v, fetch_quad(gate + (size_t)p * K + k, K - k) > (float4)(0.0f));
      store_quad(at + k, v, K - k);
    }
  }
}
