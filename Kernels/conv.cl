// Products of image patches and filters (section 2), schedule "vector": the unpadded convolution + bias + ReLU, the
// up-convolution, and the input gradients of both.  They differ only in strides, so one kernel serves all four:
//
//   y[h, w, k] = b[k] + sum over taps r, s and channels i of x[patch(h, w, r, s), i] * w[r, s, i, k]
//
//                          patch of x            taps    i    k    groups
//   conv                   (h + r, w + s)        R S     C    K    1
//   input gradient         (h - r, w - s) of g   R S     K    C    1
//   up-convolution         (h, w)                1 1     C    K    4, each writes its corner of a 2x2 block of y
//   its input gradient     (2h + r, 2w + s)      2 2     K    C    1
//
// An input gradient is 0 where `gate`, the rectified map it belongs to, is not positive, and lies in a frame of zeros.
// The convolution of a decoder has two sources: the channels of a crop of `skip` follow those of x at every tap.
//
// PX  output pixels of a row per work-item        NV  blocks of 16 output channels per work-item (a panel)
// SKIP  1 where there is a second source
// Order (numerics.md): acc starts at b, or +0; r, s, i ascending; one fma each.
#include "common.h"

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

// Filters as the product reads them: packed[group][panel][tap][i][lane], lanes beyond K zero.
// w is [groups * taps, I, K], or [groups * taps, K, I] where `transposed`.
// Range: (EACH of I, taps, groups * panels)
#ifdef KERNEL_pack_filters
kernel void pack_filters(global const float *restrict w, global float *restrict packed, int taps, int I,
                         int K, int panels, int transposed) {
  const int tap = get_global_id(1), panel = get_global_id(2) % panels, group = get_global_id(2) / panels;
  const int lanes = min(LANES, K - panel * LANES);
  global const float *from =
      w + (size_t)(group * taps + tap) * I * K + (size_t)panel * LANES * (transposed ? I : 1);
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

// Range: (EACH of ceil(OW / PX), N * OH, groups * panels), OW >= PX.  The last pixels of a row are moved left, so some are
// written twice, equally.  Strides count floats; a group's corner is (group / 2, group % 2).  I channels of x, J of skip.
//   gate [N, OH, OW, K]
#ifdef KERNEL_product
kernel void product(global const float *restrict x, global const float *restrict skip,
                    global const float *restrict packed, global const float *restrict b,
                    global const float *restrict gate, global float *restrict y, int R, int S, int I, int J,
                    int K, int OH, int OW, int panels, int xImage, int xStart, int xRow, int xPixel,
                    int xTapRow, int xTapColumn, int skipImage, int skipStart, int skipRow, int skipPixel,
                    int yImage, int yStart, int yRow, int yPixel, int yCornerRow, int yCornerColumn,
                    int hasBias, int relu, int gated) {
  const int n = get_global_id(1) / OH, oh = get_global_id(1) % OH;
  const int panel = get_global_id(2) % panels, group = get_global_id(2) / panels;
  const int k0 = panel * LANES;

  float16 start[NV];
  UNROLL(v, NV) {
    float lanes[16];
    for (int l = 0; l < 16; ++l) lanes[l] = hasBias && k0 + 16 * v + l < K ? b[k0 + 16 * v + l] : 0.0f;
    start[v] = vload16(0, lanes);
  }

  EACH(tile, 0, (OW + PX - 1) / PX) {
    const int ow = min(tile * PX, OW - PX);
    float16 acc[PX][NV];
    UNROLL(p, PX)
      UNROLL(v, NV) acc[p][v] = start[v];

    global const float *xs = x + (size_t)n * xImage + xStart + (size_t)oh * xRow + (size_t)ow * xPixel;
    global const float *zs =
        skip + (size_t)n * skipImage + skipStart + (size_t)oh * skipRow + (size_t)ow * skipPixel;
    global const float *ws = packed + (size_t)get_global_id(2) * R * S * (I + J) * LANES;
    for (int r = 0; r < R; ++r)
      for (int s = 0; s < S; ++s)
        for (int source = 0; source <= SKIP; ++source) {
          global const float *from = source ? zs + (long)r * skipRow + (long)s * skipPixel
                                            : xs + (long)r * xTapRow + (long)s * xTapColumn;
          const int pixel = source ? skipPixel : xPixel, channels = source ? J : I;
          for (int i = 0; i < channels; ++i) {
            float16 w[NV];
            UNROLL(v, NV) w[v] = vload16(v, ws);
            UNROLL(p, PX) {
              const float16 value = (float16)(from[p * pixel + i]);
              UNROLL(v, NV) acc[p][v] = fma(value, w[v], acc[p][v]);
            }
            ws += LANES;
          }
        }

    global float *ys = y + (size_t)n * yImage + yStart + (size_t)oh * yRow + (size_t)ow * yPixel + k0 +
                       (group / 2) * yCornerRow + (group % 2) * yCornerColumn;
    global const float *gs = gate + (((size_t)n * OH + oh) * OW + ow) * K + k0;
    UNROLL(p, PX)
      UNROLL(v, NV) {
        float16 a = acc[p][v];
        if (relu) a = select(a, (float16)(0.0f), a < (float16)(0.0f));
        if (k0 + 16 * v + 16 <= K) {
          if (gated) a = select((float16)(0.0f), a, vload16(v, gs + p * K) > (float16)(0.0f));
          vstore16(a, v, ys + p * yPixel);
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

// Zeros in the outermost `frame` rows and columns of x [N, H, W, C], counted from the top, the bottom, then the rows
// between, left and right.   Range: (CHANNELS of C, EACH of 2 frame (W + H - 2 frame), N)
#ifdef KERNEL_zero_frame
kernel void zero_frame(global float *restrict x, int H, int W, int C, int frame) {
  const int ends = 2 * frame * W, middle = 2 * frame * (H - 2 * frame);
  EACH(i, 1, ends + middle) {
    const int j = i - ends;
    const int row = i < frame * W ? i / W : i < ends ? H - 2 * frame + i / W : frame + j / (2 * frame);
    const int column = i < ends                  ? i % W
                       : j % (2 * frame) < frame ? j % (2 * frame)
                                                 : W - 2 * frame + j % (2 * frame);
    global float *to = x + (((size_t)get_global_id(2) * H + row) * W + column) * C;
    CHANNELS(c, C) to[c] = 0.0f;
  }
}
#endif

// g = dy where the rectified output y is positive, inside a border of `frame` zeros; ungated without y.
//   dy [N, H, W, D], the first K channels of it   y [N, H, W, K]   g [N, H + 2 frame, W + 2 frame, K]
// Range: (CHANNELS of K, EACH of W + 2 frame, N * (H + 2 frame))
#ifdef KERNEL_gate
kernel void gate(global const float *restrict dy, global const float *restrict y, global float *restrict g,
                 int H, int W, int D, int K, int frame, int gated) {
  const int rows = H + 2 * frame, columns = W + 2 * frame;
  const int n = get_global_id(2) / rows, h = (int)(get_global_id(2) % rows) - frame;
  EACH(column, 1, columns) {
    const int w = column - frame;
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
