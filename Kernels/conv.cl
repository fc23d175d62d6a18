// Products of image patches and filters (section 2), schedule "vector": the unpadded convolution + bias + ReLU, the
// up-convolution, and the input gradients of both.  They differ only in strides (shared/geometry.h), so one kernel
// serves all four.  An input gradient is 0 where `gate`, the rectified map it belongs to, is not positive, and lies in a
// border of zeros.
//
// PX  output pixels of a row per work-item        NV  blocks of 16 output channels per work-item (a panel)
// SKIP  1 where there is a second source
// Order (numerics.md): acc starts at b, or +0; r, s, i ascending; one fma each.
#include "common.h"
#include "shared/geometry.h"

#ifndef PX
#define PX 6
#endif
#ifndef NV
#define NV 4
#endif
#ifndef SKIP
#define SKIP 0
#endif
#define LANES (16 * NV)

// 16 sums of a pixel, or the `left` that there are, rectified or gated.  A function by itself, since a compiler has much
// to do with a copy for each vector of each pixel.
__attribute__((noinline)) static void store_sums(float16 a, global float *restrict to,
                                                 global const float *restrict gate, int relu, int left) {
  if (relu) a = select(a, (float16)(0.0f), a < (float16)(0.0f));
  if (left >= 16) {
    if (gate) a = select((float16)(0.0f), a, LOAD(0, gate) > (float16)(0.0f));
    STORE(a, 0, to);
  } else {
    float lanes[16];
    KEEP(a, lanes);
    for (int l = 0; l < left; ++l) to[l] = !gate || gate[l] > 0.0f ? lanes[l] : 0.0f;
  }
}

// Range: (EACH of ceil(OW / PX), N * OH, batches * panels) for y [N, OH, OW, K], OW >= PX; the last two change places
// where `rowsFirst`: then every panel meets a row before the next.  The last pixels of a row are moved left, so some are
// written twice, equally.
kernel void product(global const float *restrict x, global const float *restrict skip,
                    global const float *restrict packed, global const float *restrict b,
                    global const float *restrict gate, global float *restrict y, UNetProduct shape,
                    int panels, int rowsFirst) {
  const UNetPicture from = shape.from.x, crop = shape.from.skip, to = shape.y, mask = shape.gate;
  const int R = shape.R, S = shape.S, I = shape.from.channels, J = shape.from.skipChannels, K = shape.K;
  const int OH = to.height, OW = to.width, biased = shape.biased, relu = shape.relu, gated = shape.gated;
  const long tapRow = shape.from.tapRow, tapColumn = shape.from.tapColumn;
  // `long`, as they come: compilers keep the twelve addresses of a truncated stride on the stack.
  const long xPixel = from.pixel, skipPixel = crop.pixel, yPixel = to.pixel;
  const int row = get_global_id(rowsFirst ? 2 : 1), filters = get_global_id(rowsFirst ? 1 : 2);
  const int n = row / OH, oh = row % OH, panel = filters % panels, batch = filters / panels;
  const int k0 = panel * LANES;

  float16 start[NV];
  UNROLL(v, NV) {
    float lanes[16];
    for (int l = 0; l < 16; ++l) lanes[l] = biased && k0 + 16 * v + l < K ? b[k0 + 16 * v + l] : 0.0f;
    start[v] = vload16(0, lanes);
  }

  EACH(tile, 0, (OW + PX - 1) / PX) {
    const int ow = min(tile * PX, OW - PX);
    float16 acc[PX][NV];
    UNROLL(p, PX)
      UNROLL(v, NV) acc[p][v] = start[v];

    global const float *xs = x + from.start + n * from.image + oh * from.row + ow * xPixel;
    global const float *zs = skip + crop.start + n * crop.image + oh * crop.row + ow * skipPixel;
    global const float *ws = packed + (size_t)filters * R * S * (I + J) * LANES;
    for (int r = 0; r < R; ++r)
      for (int s = 0; s < S; ++s)
        for (int source = 0; source <= SKIP; ++source) {
          global const float *at =
              source ? zs + r * crop.row + s * skipPixel : xs + r * tapRow + s * tapColumn;
          const long pixel = source ? skipPixel : xPixel;
          const int channels = source ? J : I;
          for (int i = 0; i < channels; ++i) {
            float16 w[NV];
            UNROLL(v, NV) w[v] = LOAD(v, ws);
            UNROLL(p, PX) {
              const float16 value = (float16)(at[p * pixel + i]);
              UNROLL(v, NV) acc[p][v] = fma(value, w[v], acc[p][v]);
            }
            ws += LANES;
          }
        }

    global float *ys = y + to.start + n * to.image + oh * to.row + ow * yPixel + k0 +
                       (batch / 2) * shape.cornerRow + (batch % 2) * shape.cornerColumn;
    global const float *gs = gate + n * mask.image + oh * mask.row + ow * mask.pixel + k0;
    UNROLL(p, PX)
      UNROLL(v, NV) {
        const int left = K - k0 - 16 * v;
        if (left > 0)
          store_sums(acc[p][v], ys + p * yPixel + 16 * v, gated ? gs + p * K + 16 * v : 0, relu, left);
      }
  }
}
