// a * b + c with one rounding, where no instruction does it.  The product is exact in Float64; the sum is rounded there to odd
// (of the two Float64s beside it, the one whose last bit is 1), so that rounding to Float32 has the bits of one rounding.
// S. Boldo, G. Melquiond, "Emulation of FMA and correctly rounded sums", IEEE Transactions on Computers 57 (2008), 462-471.

typedef double d16 __attribute__((ext_vector_type(16)));
typedef long l16 __attribute__((ext_vector_type(16)));

INLINE __attribute__((overloadable)) v16 fused(v16 a, v16 b, v16 c) {
  const d16 product = __builtin_convertvector(a, d16) * __builtin_convertvector(b, d16);
  const d16 addend = __builtin_convertvector(c, d16);
  const d16 sum = product + addend, part = sum - product;
  const d16 rest = (product - (sum - part)) + (addend - part);  // what sum lacks, exactly
  const l16 inexact = (rest > 0.0) | (rest < 0.0);              // neither of NaN, which comes of infinities
  const l16 bits = (l16)sum, even = (bits & 1) - 1;
  const l16 towards = ((rest > 0.0) ^ (sum > 0.0)) | 1;  // 1 away from zero, -1 to it
  return __builtin_convertvector((d16)(bits + (inexact & even & towards)), v16);
}

INLINE __attribute__((overloadable)) float fused(float a, float b, float c) {
  return fused((v16)a, (v16)b, (v16)c)[0];
}
