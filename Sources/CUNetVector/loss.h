// Softmax and cross-entropy pixel by pixel, with the elementary functions of Kernels/common.h.

// The greater of two numbers; NaN where either is, so that a diverged run is seen.
INLINE float greater(float a, float b) { return b > a || b != b ? b : a; }

INLINE float as_float(int bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE int as_int(float x) {
  int bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// e^x for x <= 88, 1.6e-38 below -87.  Degree 6 about 0 after taking out powers of two; within 2 ulp.
// Coefficients: S. Moshier, Cephes, expf.
INLINE float portable_exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  const float shifted = FMA(x, 1.44269504f, 12582912.0f);
  const float n = shifted - 12582912.0f;
  float r = FMA(n, -0.693359375f, x);
  r = FMA(n, 2.12194440e-4f, r);
  float p = 1.9875691500e-4f;
  p = FMA(p, r, 1.3981999507e-3f);
  p = FMA(p, r, 8.3334519073e-3f);
  p = FMA(p, r, 4.1665795894e-2f);
  p = FMA(p, r, 1.6666665459e-1f);
  p = FMA(p, r, 5.0000001201e-1f);
  const float y = FMA(p, r * r, r) + 1.0f;
  return y * as_float((int)(((unsigned)as_int(shifted) - 0x4B400000u + 127u) << 23));
}

// The natural logarithm of a normal number x >= 1; NaN of NaN.  Coefficients: S. Moshier, Cephes, logf.
INLINE float portable_log(float x) {
  int e = (as_int(x) >> 23) - 127;
  float m = as_float((as_int(x) & 0x007FFFFF) | 0x3F800000);
  if (m > 1.41421356f) {
    m = m * 0.5f;
    e = e + 1;
  }
  const float f = m - 1.0f, square = f * f, n = (float)e;
  float p = 7.0376836292e-2f;
  p = FMA(p, f, -1.1514610310e-1f);
  p = FMA(p, f, 1.1676998740e-1f);
  p = FMA(p, f, -1.2420140846e-1f);
  p = FMA(p, f, 1.4249322787e-1f);
  p = FMA(p, f, -1.6668057665e-1f);
  p = FMA(p, f, 2.0000714765e-1f);
  p = FMA(p, f, -2.4999993993e-1f);
  p = FMA(p, f, 3.3333331174e-1f);
  float y = (p * f) * square;
  y = FMA(n, -2.12194440e-4f, y);
  y = FMA(square, -0.5f, y);
  y = FMA(n, 0.693359375f, f + y);
  return x != x ? x : y;
}

static void exponential(const float *x, float *y, long count) {
  for (long i = 0; i < count; i++) y[i] = portable_exp(x[i]);
}

static void logarithm(const float *x, float *y, long count) {
  for (long i = 0; i < count; i++) y[i] = portable_log(x[i]);
}

// The greatest of a pixel's numbers.
INLINE float top_of(const float *z, long classes) {
  float top = z[0];
  for (long c = 1; c < classes; c++) top = greater(top, z[c]);
  return top;
}

// log of the sum of exp(z - top).
INLINE float log_total(const float *z, float top, long classes) {
  float total = 0.0f;
  for (long c = 0; c < classes; c++) total = total + portable_exp(z[c] - top);
  return portable_log(total);
}

static void softmax(const float *x, float *y, long pixels, long classes) {
  for (long i = 0; i < pixels; i++, x += classes, y += classes) {
    const float top = top_of(x, classes), l = log_total(x, top, classes);
    for (long c = 0; c < classes; c++) y[c] = portable_exp((x[c] - top) - l);
  }
}

static void cross_entropy(const float *logits, const float *labels, const float *weights, float scale,
                          float *losses, float *dlogits, long pixels, long classes) {
  for (long i = 0; i < pixels; i++, logits += classes, dlogits += classes) {
    const float top = top_of(logits, classes), l = log_total(logits, top, classes), w = weights[i] * scale;
    const long label = (long)labels[i];
    float right = 0.0f;  // the labelled class's distance to the top
    for (long c = 0; c < classes; c++) {
      const float d = logits[c] - top;
      if (c == label) right = d;
      dlogits[c] = w * (portable_exp(d - l) - (c == label ? 1.0f : 0.0f));
    }
    losses[i] = w * (l - right);
  }
}
