// Elementary functions, for OpenCL C and for C: + - * fma, comparisons and bits alone, so that all devices agree.

// Whether b takes the place of the greatest number so far, a: NaN always does and then stays, so that a diverged run is
// seen.
INLINE int exceeds(float b, float a) { return (b > a) | (b != b); }

// The greater of two numbers; NaN where either is.
INLINE float greater(float a, float b) { return exceeds(b, a) ? b : a; }

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
