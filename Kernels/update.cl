#include "common.h"

// Stochastic gradient descent "with a high momentum (0.99)" (section 3), in place:
//   v = momentum * v - rate * (dw + decay * w),   w = w + v.
// control [step, rate, momentum, decay]   Range: (SHARE of ceil(count / WIDE))
kernel void sgd(global float *restrict w, global float *restrict v, global const float *restrict dw,
                global const float *restrict control, long count) {
  const float rate = control[1], momentum = control[2], decay = control[3];
  SHARE(i, (count + WIDE - 1) / WIDE) {
    if (WIDE * i + WIDE <= count) {
      const wide old = LOAD(i, w);
      const wide step = (wide)rate * fma((wide)(decay), old, LOAD(i, dw));
      const wide velocity = fma((wide)(momentum), LOAD(i, v), -step);
      STORE(velocity, i, v);
      STORE(old + velocity, i, w);
    } else {
      for (size_t j = WIDE * i; j < count; ++j) {
        const float step = rate * fma(decay, w[j], dw[j]);
        v[j] = fma(momentum, v[j], -step);
        w[j] = w[j] + v[j];
      }
    }
  }
}

// y = a + b; y may be a or b.   Range: (SHARE of ceil(count / WIDE))
kernel void add(global const float *a, global const float *b, global float *y, long count) {
  SHARE(i, (count + WIDE - 1) / WIDE) {
    if (WIDE * i + WIDE <= count)
      STORE(LOAD(i, a) + LOAD(i, b), i, y);
    else
      for (size_t j = WIDE * i; j < count; ++j) y[j] = a[j] + b[j];
  }
}
