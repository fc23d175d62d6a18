// "a 2x2 max pooling operation with stride 2 for downsampling" (section 2) and its gradient.
//
//   x, dx [N, 2H, 2W, C]   y, dy [N, H, W, C]
#include "common.h"
#include "shared/elementary.h"
#include "shared/geometry.h"

// Range: (CHANNELS of C, EACH of W, N * H)
kernel void max_pool(global const float *restrict x, global float *restrict y, int H, int W, int C) {
  const size_t row = get_global_id(2);
  EACH(w, 1, W) {
    global const float *a = x + (row * 2 * 2 * W + 2 * w) * C, *b = a + (size_t)2 * W * C;
    global float *to = y + (row * W + w) * C;
    CHANNELS(c, C) to[c] = greater(greater(greater(a[c], a[C + c]), b[c]), b[C + c]);
  }
}

// All four ways to cut blocks: image 4n + 2i + j of y has those of image n that begin at (2h + i, 2w + j).
//   x [N, H, W, C], H and W odd   y [4N, (H - 1) / 2, (W - 1) / 2, C]   Range: (CHANNELS of C, EACH of y's W, 4N * y's H)
kernel void max_pool_fragments(global const float *restrict x, global float *restrict y, int H, int W,
                               int C) {
  const int rows = H / 2, columns = W / 2, fragment = get_global_id(2) / rows;
  const int top = 2 * (int)(get_global_id(2) % rows) + fragment / 2 % 2, left = fragment % 2;
  EACH(w, 1, columns) {
    global const float *a = x + (((size_t)(fragment / 4) * H + top) * W + 2 * w + left) * C,
                       *b = a + (size_t)W * C;
    global float *to = y + ((size_t)get_global_id(2) * columns + w) * C;
    CHANNELS(c, C) to[c] = greater(greater(greater(a[c], a[C + c]), b[c]), b[C + c]);
  }
}

// Which of a block's four numbers in reading order `greater` keeps, the first of equals.
static inline int first_maximum(float v0, float v1, float v2, float v3) {
  const float m1 = greater(v0, v1), m2 = greater(m1, v2);
  const int at1 = exceeds(v1, v0), at2 = exceeds(v2, m1), at3 = exceeds(v3, m2);
  return at3 ? 3 : at2 ? 2 : at1 ? 1 : 0;
}

// dy goes to the first maximum in reading order.  Where x was a skip too, that is added to what its crop's reader gave,
// `other`; 0 around.  Where x was rectified it is 0 if x is not positive.
//   x [N, H, W, C]   dx [N, H + 2 border, W + 2 border, C], bordered by 0
// Range: (CHANNELS of C, EACH of W + 2 border, N * (H + 2 border))
kernel void max_pool_gradient(global const float *restrict dy, global const float *restrict x,
                              global const float *restrict other, global float *restrict dx,
                              UNetPoolGradient shape) {
  const int H = shape.height, W = shape.width, C = shape.channels, border = shape.border, gated = shape.gated;
  const int h = shape.otherHeight, w = shape.otherWidth, D = shape.otherChannels, added = D > 0;
  const int rows = H + 2 * border, columns = W + 2 * border;
  const int n = get_global_id(2) / rows, row = (int)(get_global_id(2) % rows) - border;
  EACH(i, 1, columns) {
    const int column = i - border;
    global float *to = dx + ((size_t)get_global_id(2) * columns + i) * C;
    if (row < 0 || row >= H || column < 0 || column >= W) {
      CHANNELS(c, C) to[c] = 0.0f;
      continue;
    }
    global const float *a = x + (((size_t)n * H + row / 2 * 2) * W + column / 2 * 2) * C,
                       *b = a + (size_t)W * C;
    global const float *own = x + (((size_t)n * H + row) * W + column) * C;
    global const float *from = dy + (((size_t)n * (H / 2) + row / 2) * (W / 2) + column / 2) * C;
    const int corner = row % 2 * 2 + column % 2, j = row - (int)shape.top, k = column - (int)shape.left;
    const int inside = added && j >= 0 && j < h && k >= 0 && k < w;
    global const float *o = inside ? other + (((size_t)n * h + j) * w + k) * D + D - C : from;
    CHANNELS(c, C) {
      const float d = from[c], e = o[c], v = own[c];
      const float alone = first_maximum(a[c], a[C + c], b[c], b[C + c]) == corner ? d : 0.0f;
      const float value = added ? (inside ? e : 0.0f) + alone : alone;
      to[c] = !gated || v > 0.0f ? value : 0.0f;
    }
  }
}
