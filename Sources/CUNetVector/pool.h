// 2x2 max-pooling and its gradient, a row of blocks at a time: the maximum of each block, and dy to the first maximum,
// zeros to the others.  `row` is the distance of two rows of x, `dxRow` of dx.

// One block; each of the four pixels is C neighbours.
INLINE void maximum(const float *restrict x0, const float *restrict x1, const float *restrict x2,
                    const float *restrict x3, float *restrict y, long channels) {
  for (long c = 0; c < channels; c++) y[c] = greater(greater(greater(x0[c], x1[c]), x2[c]), x3[c]);
}

static void max_pool(const float *x, float *y, long row, long blocks, long channels) {
  for (long w = 0; w < blocks; w++, x += 2 * channels, y += channels) {
    maximum(x, x + channels, x + row, x + row + channels, y, channels);
  }
}

// One block; each of the four pixels is C neighbours, and dx is nowhere x or dy.
INLINE void spread(const float *restrict dy, const float *restrict x0, const float *restrict x1,
                   const float *restrict x2, const float *restrict x3, float *restrict dx0,
                   float *restrict dx1, float *restrict dx2, float *restrict dx3, long channels) {
  for (long c = 0; c < channels; c++) {
    const float v0 = x0[c], v1 = x1[c], v2 = x2[c], v3 = x3[c], d = dy[c];
    const int at1 = exceeds(v1, v0);
    const float m1 = at1 ? v1 : v0;
    const int at2 = exceeds(v2, m1);
    const float m2 = at2 ? v2 : m1;
    const int at3 = exceeds(v3, m2);
    dx0[c] = (at1 | at2 | at3) ? 0.0f : d;
    dx1[c] = (at1 & !(at2 | at3)) ? d : 0.0f;
    dx2[c] = (at2 & !at3) ? d : 0.0f;
    dx3[c] = at3 ? d : 0.0f;
  }
}

static void max_pool_gradient(const float *dy, const float *x, float *dx, long row, long dxRow, long blocks,
                              long channels) {
  for (long w = 0; w < blocks; w++) {
    spread(dy, x, x + channels, x + row, x + row + channels, dx, dx + channels, dx + dxRow,
           dx + dxRow + channels, channels);
    dy += channels;
    x += 2 * channels;
    dx += 2 * channels;
  }
}

// The sum with another gradient of the same pixels, or with zeros.
static void accumulate(const float *other, float *y, long count) {
  if (other) {
    for (long i = 0; i < count; i++) y[i] = other[i] + y[i];
  } else {
    for (long i = 0; i < count; i++) y[i] = 0.0f + y[i];
  }
}

static void rectify(const float *gate, float *y, long count) {
  for (long i = 0; i < count; i++) {
    const float value = y[i];  // read in any case, so that the loop has no branch
    y[i] = gate[i] > 0.0f ? value : 0.0f;
  }
}
