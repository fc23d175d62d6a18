// "a 2x2 max pooling operation with stride 2 for downsampling" (section 2) and its gradient.
//
//   x, dx [N, 2H, 2W, C]   y, dy [N, H, W, C]
//
// The gradient goes to the first maximum in reading order.  Range of max_pool and max_pool_gradient: (EACH of W, N * H)

kernel void max_pool(global const float *restrict x, global float *restrict y, int H, int W, int C) {
  const size_t row = get_global_id(1);
  EACH(w, 0, W) {
    global const float *a = x + (row * 2 * 2 * W + 2 * w) * C, *b = a + (size_t)2 * W * C;
    global float *to = y + (row * W + w) * C;
    for (int c = 0; c < C; ++c) to[c] = greater(greater(greater(a[c], a[C + c]), b[c]), b[C + c]);
  }
}

// All four ways to cut blocks: image 4n + 2i + j of y has those of image n that begin at (2h + i, 2w + j).
//   x [N, H, W, C], H and W odd   y [4N, (H - 1) / 2, (W - 1) / 2, C]   Range: (EACH of y's W, 4N * y's H)
kernel void max_pool_fragments(global const float *restrict x, global float *restrict y, int H, int W, int C) {
  const int rows = H / 2, columns = W / 2, fragment = get_global_id(1) / rows;
  const int top = 2 * (int)(get_global_id(1) % rows) + fragment / 2 % 2, left = fragment % 2;
  EACH(w, 0, columns) {
    global const float *a = x + (((size_t)(fragment / 4) * H + top) * W + 2 * w + left) * C, *b = a + (size_t)W * C;
    global float *to = y + ((size_t)get_global_id(1) * columns + w) * C;
    for (int c = 0; c < C; ++c) to[c] = greater(greater(greater(a[c], a[C + c]), b[c]), b[C + c]);
  }
}

kernel void max_pool_gradient(global const float *restrict dy, global const float *restrict x,
                              global float *restrict dx, int H, int W, int C) {
  const size_t row = get_global_id(1);
  EACH(w, 0, W) {
    const size_t first = (row * 2 * 2 * W + 2 * w) * C, below = first + (size_t)2 * W * C;
    global const float *from = dy + (row * W + w) * C;
    for (int c = 0; c < C; ++c) {
      const float v0 = x[first + c], v1 = x[first + C + c], v2 = x[below + c], v3 = x[below + C + c];
      const float m1 = greater(v0, v1), m2 = greater(m1, v2);
      const int at1 = (v1 > v0) | (v1 != v1), at2 = (v2 > m1) | (v2 != v2), at3 = (v3 > m2) | (v3 != v3);
      const float d = from[c];
      dx[first + c] = at1 | at2 | at3 ? 0.0f : d;
      dx[first + C + c] = !at1 | at2 | at3 ? 0.0f : d;
      dx[below + c] = !at2 | at3 ? 0.0f : d;
      dx[below + C + c] = at3 ? d : 0.0f;
    }
  }
}
