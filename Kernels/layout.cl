// What lies around products and gradients: operands packed for them, borders of zeros around their pictures.
#include "common.h"
#include "shared/geometry.h"

// Filters as the product reads them: packed[batch][panel][tap][i][lane], `lanes` of them, those beyond K zero.
// Range: (EACH of i, taps, batches * panels)
kernel void pack_filters(global const float *restrict w, global float *restrict packed, UNetProduct shape,
                         int panels, int lanes) {
  const int taps = shape.R * shape.S, I = shape.from.channels + shape.from.skipChannels;
  const int K = shape.K, transposed = shape.transposed;
  const int tap = get_global_id(1), panel = get_global_id(2) % panels, batch = get_global_id(2) / panels;
  const int own = min(lanes, K - panel * lanes);
  global const float *from =
      w + (size_t)(batch * taps + tap) * I * K + (size_t)panel * lanes * (transposed ? I : 1);
  global float *to = packed + (size_t)(get_global_id(2) * taps + tap) * I * lanes;
  EACH(i, 0, I) {
    if (transposed)
      for (int lane = 0; lane < own; ++lane) to[(size_t)i * lanes + lane] = from[(size_t)lane * I + i];
    else
      for (int lane = 0; lane < own; ++lane) to[(size_t)i * lanes + lane] = from[(size_t)i * K + lane];
    for (int lane = own; lane < lanes; ++lane) to[(size_t)i * lanes + lane] = 0.0f;
  }
}

// The operands of an up-convolution's gradient as an item of weight_gradient.cl reads them: x as [strip][pixel][TC], the last
// strip ending with the channels, and behind it g as [tap][panel][pixel][16], zeros behind the last filter.
// Range: (SHARE of pixels)
kernel void pack_gradient(global const float *restrict x, global const float *restrict g,
                          global float *restrict to, UNetFilterGradient shape, int TC, long start) {
  const UNetPicture from = shape.from.x;
  const int C = shape.from.channels, K = shape.K, OH = shape.g.height, OW = shape.g.width;
  const int strips = (C + TC - 1) / TC, panels = (K + 15) / 16;
  const size_t pixels = shape.pixels;
  SHARE(pixel, pixels) {
    const int image = pixel / (OH * OW), row = pixel / OW % OH, column = pixel % OW;
    global const float *xp = x + from.start + image * from.image + row * from.row + column * from.pixel;
    for (int i = 0; i < strips; ++i)
      for (int c = 0; c < TC; ++c) to[start + (i * pixels + pixel) * TC + c] = xp[min(i * TC, C - TC) + c];
    global const float *gp =
        g + shape.g.start + image * shape.g.image + row * shape.g.row + column * shape.g.pixel;
    for (int i = 0; i < 4 * panels; ++i) {
      const int tap = i / panels, k0 = i % panels * 16;
      global const float *own = gp + tap / 2 * shape.gTapRow + tap % 2 * shape.gTapColumn + k0;
      global float *panel = to + start + strips * TC * pixels + (i * pixels + pixel) * 16;
      if (k0 + 16 <= K)
        for (int k = 0; k < 16; ++k) panel[k] = own[k];
      else
        for (int k = 0; k < 16; ++k) panel[k] = k0 + k < K ? own[k] : 0.0f;
    }
  }
}

// Zeros in the outermost `border` rows and columns of x [N, H, W, C], counted from the top, the bottom, then the rows
// between, left and right.   Range: (CHANNELS of C, EACH of 2 border (W + H - 2 border), N)
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

// g = dy where the rectified output y is positive, inside a border of `border` zeros; ungated without y.
//   dy [N, H, W, D], the first K channels of it   y [N, H, W, K]   g [N, H + 2 border, W + 2 border, K]
// Range: (CHANNELS of K, EACH of W + 2 border, N * (H + 2 border))
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

// y = x inside a border of zeros, or its centre where `border` is negative.
//   x [N, H, W, D], the first C channels of it   y [N, H + 2 border, W + 2 border, C]
// Range: (CHANNELS of C, EACH of y's W, N * y's H)
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
