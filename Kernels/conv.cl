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

// Filters as the product reads them: packed[batch][panel][tap][i][lane], lanes beyond K zero.
// Range: (EACH of i, taps, batches * panels)
#ifdef KERNEL_pack_filters
kernel void pack_filters(global const float *restrict w, global float *restrict packed, UNetProduct shape,
                         int panels) {
  const int taps = shape.R * shape.S, I = shape.from.channels + shape.from.skipChannels;
  const int K = shape.K, transposed = shape.transposed;
  const int tap = get_global_id(1), panel = get_global_id(2) % panels, batch = get_global_id(2) / panels;
  const int lanes = min(LANES, K - panel * LANES);
  global const float *from =
      w + (size_t)(batch * taps + tap) * I * K + (size_t)panel * LANES * (transposed ? I : 1);
  global float *to = packed + (size_t)(get_global_id(2) * taps + tap) * I * LANES;
  EACH(i, 0, I) {
    if (transposed)
      for (int lane = 0; lane < lanes; ++lane) to[(size_t)i * LANES + lane] = from[(size_t)lane * I + i];
    else
      for (int lane = 0; lane < lanes; ++lane) to[(size_t)i * LANES + lane] = from[(size_t)i * K + lane];
    for (int lane = lanes; lane < LANES; ++lane) to[(size_t)i * LANES + lane] = 0.0f;
  }
}
#endif

// Range: (EACH of ceil(OW / PX), N * OH, batches * panels) for y [N, OH, OW, K], OW >= PX; the last two change places
// where `rowsFirst`: then every panel meets a row before the next.  The last pixels of a row are moved left, so some are
// written twice, equally.
#ifdef KERNEL_product
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
        float16 a = acc[p][v];
        if (relu) a = select(a, (float16)(0.0f), a < (float16)(0.0f));
        if (k0 + 16 * v + 16 <= K) {
          if (gated) a = select((float16)(0.0f), a, LOAD(v, gs + p * K) > (float16)(0.0f));
          STORE(a, v, ys + p * yPixel);
        } else {
          float lanes[16];
          vstore16(a, 0, lanes);
          for (int l = 0; l < min(16, K - k0 - 16 * v); ++l)
            ys[p * yPixel + 16 * v + l] = !gated || gs[p * K + 16 * v + l] > 0.0f ? lanes[l] : 0.0f;
        }
      }
  }
}
#endif

// Zeros in the outermost `border` rows and columns of x [N, H, W, C], counted from the top, the bottom, then the rows
// between, left and right.   Range: (CHANNELS of C, EACH of 2 border (W + H - 2 border), N)
#ifdef KERNEL_zero_border
kernel void zero_border(global float *restrict x, int H, int W, int C, int border) {
  const int ends = 2 * border * W, middle = 2 * border * (H - 2 * border);
  EACH(i, 1, ends + middle) {
    const int j = i - ends, across = j % (2 * border);
    const int row = i < border * W ? i / W : i < ends ? H - 2 * border + i / W : border + j / (2 * border);
    const int column = i < ends ? i % W : across < border ? across : W - 2 * border + across;
    global float *to = x + (((size_t)get_global_id(2) * H + row) * W + column) * C;
    CHANNELS(c, C) to[c] = 0.0f;
  }
}
#endif

// g = dy where the rectified output y is positive, inside a border of `border` zeros; ungated without y.
//   dy [N, H, W, D], the first K channels of it   y [N, H, W, K]   g [N, H + 2 border, W + 2 border, K]
// Range: (CHANNELS of K, EACH of W + 2 border, N * (H + 2 border))
#ifdef KERNEL_gate
kernel void gate(global const float *restrict dy, global const float *restrict y, global float *restrict g,
                 int H, int W, int D, int K, int border, int gated) {
  const int rows = H + 2 * border, columns = W + 2 * border;
  const int n = get_global_id(2) / rows, h = (int)(get_global_id(2) % rows) - border;
  EACH(column, 1, columns) {
    const int w = column - border;
    global float *to = g + ((size_t)get_global_id(2) * columns + column) * K;
    const size_t pixel = ((size_t)n * H + h) * W + w;
    global const float *from = dy + pixel * D, *out = y + pixel * K;
    if (h < 0 || h >= H || w < 0 || w >= W)
      CHANNELS(k, K) to[k] = 0.0f;
    else if (gated)
      CHANNELS(k, K) to[k] = out[k] > 0.0f ? from[k] : 0.0f;
    else
      CHANNELS(k, K) to[k] = from[k];
  }
}
#endif

// y = x inside a border of zeros, or its centre where `border` is negative.
//   x [N, H, W, D], the first C channels of it   y [N, H + 2 border, W + 2 border, C]
// Range: (CHANNELS of C, EACH of y's W, N * y's H)
#ifdef KERNEL_pad
kernel void pad(global const float *restrict x, global float *restrict y, int H, int W, int D, int C,
                int border) {
  const int rows = H + 2 * border, columns = W + 2 * border;
  const int n = get_global_id(2) / rows, h = (int)(get_global_id(2) % rows) - border;
  EACH(column, 1, columns) {
    const int w = column - border, inside = h >= 0 && h < H && w >= 0 && w < W;
    global float *to = y + ((size_t)get_global_id(2) * columns + column) * C;
    global const float *from = x + (inside ? ((size_t)n * H + h) * W + w : 0) * D;
    CHANNELS(c, C) to[c] = inside ? from[c] : 0.0f;
  }
}
#endif
