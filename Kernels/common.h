// What every kernel may use.  The arithmetic is that of Documentation/numerics.md: + - * fma, comparisons and bits,
// rounded to nearest even, nothing contracted, so that every device gives the same answer.
#pragma OPENCL FP_CONTRACT OFF

// A loop of so few turns, known to the compiler, that none is left.
#define UNROLL(i, count) _Pragma("unroll") for (int i = 0; i < (count); ++i)

// How a range is divided is the schedule's: a kernel walks its share of `count` things with these loops, one thing a
// work-item by schedule "tile", a few large shares by "vector".  EACH steps by the range's size, SHARE takes neighbours.
#define EACH(i, dimension, count) \
  for (int i = get_global_id(dimension); i < (count); i += get_global_size(dimension))
#define SHARE(i, count)                                                            \
  for (size_t i##_share = ((count) + get_global_size(0) - 1) / get_global_size(0), \
              i##_end = min((size_t)(count), (get_global_id(0) + 1) * i##_share),  \
              i = get_global_id(0) * i##_share;                                    \
       i < i##_end; ++i)

// Memory is read fast where the neighbours in it are taken by one item of a CPU, whose vectors they fill, and by
// neighbouring items of a GPU.  CHANNELS walks the channels of a pixel, dimension 0 of the range; `wide` is what an item
// takes at a time, WIDE floats.
#if TILE
#define CHANNELS(c, count) EACH(c, 0, count)
#define WIDE 1
typedef float wide;
#define LOAD(i, from) (from)[i]
#define STORE(v, i, to) ((to)[i] = (v))
#else
#define CHANNELS(c, count) for (int c = 0; c < (count); ++c)
#define WIDE 16
typedef float16 wide;
#define LOAD(i, from) vload16(i, from)
#define STORE(v, i, to) vstore16(v, i, to)
#endif

// A bijection of 32-bit numbers; see Sources/UNetGraph/Random.swift.
static inline uint mix(uint h) {
  h ^= h >> 16;
  h *= 0x7FEB352Du;
  h ^= h >> 15;
  h *= 0x846CA68Bu;
  return h ^ (h >> 16);
}

// Number `index` of step `step` in the stream `key`, uniform over 32 bits.
static inline uint random_bits(uint key, uint step, uint index) {
  return mix(mix(index * 0x9E3779B1u + key) ^ mix(step + 0x85EBCA77u));
}

// The greater of two numbers; NaN where either is, so that a diverged run is seen.
static inline float greater(float a, float b) { return b > a || b != b ? b : a; }

// e^x for x <= 88, 1.6e-38 below -87.  Degree 6 about 0 after taking out powers of two; within 2 ulp.
// Coefficients: S. Moshier, Cephes, expf.
static inline float portable_exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  const float shifted = fma(x, 1.44269504f, 12582912.0f);
  const float n = shifted - 12582912.0f;
  float r = fma(n, -0.693359375f, x);
  r = fma(n, 2.12194440e-4f, r);
  float p = 1.9875691500e-4f;
  p = fma(p, r, 1.3981999507e-3f);
  p = fma(p, r, 8.3334519073e-3f);
  p = fma(p, r, 4.1665795894e-2f);
  p = fma(p, r, 1.6666665459e-1f);
  p = fma(p, r, 5.0000001201e-1f);
  const float y = fma(p, r * r, r) + 1.0f;
  return y * as_float((as_int(shifted) - 0x4B400000 + 127) << 23);
}

// The natural logarithm of a normal number x >= 1; NaN of NaN.  Coefficients: S. Moshier, Cephes, logf.
static inline float portable_log(float x) {
  int e = (as_int(x) >> 23) - 127;
  float m = as_float((as_int(x) & 0x007FFFFF) | 0x3F800000);
  if (m > 1.41421356f) {
    m = m * 0.5f;
    e = e + 1;
  }
  const float f = m - 1.0f, square = f * f, n = (float)e;
  float p = 7.0376836292e-2f;
  p = fma(p, f, -1.1514610310e-1f);
  p = fma(p, f, 1.1676998740e-1f);
  p = fma(p, f, -1.2420140846e-1f);
  p = fma(p, f, 1.4249322787e-1f);
  p = fma(p, f, -1.6668057665e-1f);
  p = fma(p, f, 2.0000714765e-1f);
  p = fma(p, f, -2.4999993993e-1f);
  p = fma(p, f, 3.3333331174e-1f);
  float y = (p * f) * square;
  y = fma(n, -2.12194440e-4f, y);
  y = fma(square, -0.5f, y);
  y = fma(n, 0.693359375f, f + y);
  return x != x ? x : y;
}
