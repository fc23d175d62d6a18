// "a concatenation with the correspondingly cropped feature map from the contracting path" (section 2), its gradient,
// and the sum where two gradients meet.
//
//   x, dx [N, h, w, C]   skip, dskip [N, H, W, S]   y, dy [N, h, w, C + S]   crop from (top, left)

// Range: (w, N * h)
kernel void join(global const float *restrict x, global const float *restrict skip, global float *restrict y,
                 int h, int w, int C, int H, int W, int S, int top, int left) {
  const int i = get_global_id(0), n = get_global_id(1) / h, j = get_global_id(1) % h;
  global const float *a = x + ((size_t)get_global_id(1) * w + i) * C;
  global const float *b = skip + (((size_t)n * H + top + j) * W + left + i) * S;
  global float *to = y + ((size_t)get_global_id(1) * w + i) * (C + S);
  for (int c = 0; c < C; ++c) to[c] = a[c];
  for (int c = 0; c < S; ++c) to[C + c] = b[c];
}

// Range: (W, N * H)
kernel void join_gradient(global const float *restrict dy, global float *restrict dx, global float *restrict dskip,
                          int h, int w, int C, int H, int W, int S, int top, int left) {
  const int n = get_global_id(1) / H, j = get_global_id(1) % H - top, i = (int)get_global_id(0) - left;
  const int inside = j >= 0 && j < h && i >= 0 && i < w;
  global float *to = dskip + ((size_t)get_global_id(1) * W + get_global_id(0)) * S;
  if (!inside) {
    for (int c = 0; c < S; ++c) to[c] = 0.0f;
    return;
  }
  const size_t pixel = ((size_t)n * h + j) * w + i;
  for (int c = 0; c < S; ++c) to[c] = dy[pixel * (C + S) + C + c];
  for (int c = 0; c < C; ++c) dx[pixel * C + c] = dy[pixel * (C + S) + c];
}

// Range: (ceil(count / 16))
kernel void add(global const float *a, global const float *b, global float *y, int count) {
  const int first = get_global_id(0) * 16, end = min(count, first + 16);
  if (end - first == 16)
    vstore16(vload16(get_global_id(0), a) + vload16(get_global_id(0), b), get_global_id(0), y);
  else
    for (int i = first; i < end; ++i) y[i] = a[i] + b[i];
}
