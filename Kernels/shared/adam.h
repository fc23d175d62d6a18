// The arithmetic of Adam's update for one `wide`, a vector or a number, for OpenCL C and for C: + - * fma and bits alone.
// Documentation/numerics.md states it.

// The square root of x >= 0, within 2 ulp of normal numbers; 0 of 0, NaN of infinity and of NaN.
// One over it by Newton's method, from C. Lomont, "Fast inverse square root" (2003).
INLINE wide wide_root(wide x) {
  const wide halved = (wide)0.5f * x;
  wide y = WIDE_OF(0x5F3759DFu - (BITS_OF(x) >> 1));
  UNROLL(i, 3) y = y * FMA(-(halved * y), y, (wide)1.5f);
  const wide root = x * y;
  return FMA(FMA(-root, root, x), (wide)0.5f * y, root);
}

// 1 / x for 1e-30 < x < 1e30, within 2 ulp; NaN of NaN.
INLINE wide wide_reciprocal(wide x) {
  wide y = WIDE_OF(0x7EF311C7u - BITS_OF(x));
  UNROLL(i, 4) y = FMA(y, FMA(-x, y, (wide)1.0f), y);
  return y;
}

// What a step does with a weight w, the means m of its gradients and v of their squares.
INLINE wide adam_mean(wide m, wide gradient, wide beta, wide rest) { return FMA(beta, m, rest * gradient); }

INLINE wide adam_square(wide v, wide gradient, wide beta, wide rest) {
  return FMA(beta, v, (rest * gradient) * gradient);
}

INLINE wide adam_weight(wide w, wide m, wide v, wide rate, wide epsilon, wide decay) {
  const wide u = m * wide_reciprocal(wide_root(v) + epsilon);
  return FMA(-rate, u, FMA(-decay, w, w));
}
