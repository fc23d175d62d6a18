// What a device can do at most, measured: multiply-adds from registers, and copies.
#include "common.h"

// Range: (items); each does 2 * 12 * WIDE * rounds operations.
kernel void peak_arithmetic(global float *restrict y, int rounds) {
  wide a[12];
  UNROLL(i, 12) a[i] = (wide)(i + get_global_id(0));
  for (int k = 0; k < rounds; ++k)
    UNROLL(i, 12) a[i] = fma(a[i], (wide)(1.0000001f), (wide)(1e-9f));
  wide sum = a[0];
  UNROLL(i, 11) sum = sum + a[i + 1];
  STORE(sum, get_global_id(0), y);
}

// Range: (count / WIDE)
kernel void peak_copy(global const float *restrict x, global float *restrict y) {
  STORE(LOAD(get_global_id(0), x), get_global_id(0), y);
}
