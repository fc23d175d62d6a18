// "a concatenation with the correspondingly cropped feature map from the contracting path" (section 2), its gradient,
// and the sum where two gradients meet.
//
//   x, dx [N, h, w, C]   skip, dskip [N, H, W, S]   y, dy [N, h, w, C + S]   crop from (top, left)

// Range: (EACH of w, N * h)
kernel void join(global const float *restrict x, global const float *restrict skip, global float *restrict y,
                 int h, int w, int C, int H, int W, int S, int top, int left) {
  const int n = get_global_id(1) / h, j = get_global_id(1) % h;
  EACH(i, 0, w) {
    global const float *a = x + ((size_t)get_global_id(1) * w + i) * C;
    global const float *b = skip + (((size_t)n * H + top + j) * W + left + i) * S;
    global float *to = y + ((size_t)get_global_id(1) * w + i) * (C + S);
    for (int c = 0; c < C; ++c) to[c] = a[c];
    for (int c = 0; c < S; ++c) to[C + c] = b[c];
  }
}

// Range: (EACH of W, N * H)
kernel void join_gradient(global const float *restrict dy, global float *restrict dx, global float *restrict dskip,
                          int h, int w, int C, int H, int W, int S, int top, int left) {
  const int n = get_global_id(1) / H, j = (int)(get_global_id(1) % H) - top;
  EACH(column, 0, W) {
    const int i = column - left;
    global float *to = dskip + ((size_t)get_global_id(1) * W + column) * S;
    if (j < 0 || j >= h || i < 0 || i >= w) {
      for (int c = 0; c < S; ++c) to[c] = 0.0f;
    } else {
      const size_t pixel = ((size_t)n * h + j) * w + i;
      for (int c = 0; c < S; ++c) to[c] = dy[pixel * (C + S) + C + c];
      for (int c = 0; c < C; ++c) dx[pixel * C + c] = dy[pixel * (C + S) + c];
    }
  }
}

// y may be a or b.   Range: (SHARE of ceil(count / 16))
kernel void add(global const float *a, global const float *b, global float *y, int count) {
  SHARE(i, (count + 15) / 16) {
    if (16 * i + 16 <= count)
      vstore16(vload16(i, a) + vload16(i, b), i, y);
    else
      for (int j = 16 * i; j < count; ++j) y[j] = a[j] + b[j];
  }
}
