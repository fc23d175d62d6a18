// What a device can do at most, measured: multiply-adds from registers, and copies.
#include "common.h"

// Range: (items); each does 2 * 12 * 16 * rounds operations.
kernel void peak_arithmetic(global float *restrict y, int rounds) {
  float16 a[12];
  UNROLL(i, 12) a[i] = (float16)(i + get_global_id(0));
  for (int k = 0; k < rounds; ++k)
    UNROLL(i, 12) a[i] = fma(a[i], (float16)(1.0000001f), (float16)(1e-9f));
  float16 sum = a[0];
  UNROLL(i, 11) sum = sum + a[i + 1];
  vstore16(sum, get_global_id(0), y);
}

// Range: (count / 16)
kernel void peak_copy(global const float *restrict x, global float *restrict y) {
  vstore16(vload16(get_global_id(0), x), get_global_id(0), y);
}
