// Whether a device's arithmetic is that of Documentation/numerics.md, found out before anything depends on it.
#include "common.h"

// Of each triple a, b, c of x: a + b, a - b, a * b, a * b + c in two roundings, fma(a, b, c) in one.
// Range: (EACH of count)
kernel void arithmetic(global const float *restrict x, global float *restrict y, int count) {
  EACH(i, 0, count) {
    const float a = x[3 * i], b = x[3 * i + 1], c = x[3 * i + 2], product = a * b;
    y[5 * i] = a + b;
    y[5 * i + 1] = a - b;
    y[5 * i + 2] = product;
    y[5 * i + 3] = product + c;
    y[5 * i + 4] = fma(a, b, c);
  }
}
