#include "common.h"

// v = momentum * v - rate * (dw + decay * w),   w = w + v   for the i-th WIDE of `count` elements.
static inline void descend(global float *restrict w, global float *restrict v,
                           global const float *restrict dw, float rate, float momentum, float decay, size_t i,
                           size_t count) {
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

// Stochastic gradient descent "with a high momentum (0.99)" (section 3), in place, of two parameters w and b, the second of
// which may have no elements.
// control [step, rate, momentum, decay]   Range: (SHARE of ceil(count / WIDE) + ceil(countB / WIDE))
kernel void sgd(global float *w, global float *v, global const float *dw, long count, global float *b,
                global float *vb, global const float *db, long countB, global const float *restrict control) {
  const float rate = control[1], momentum = control[2], decay = control[3];
  const size_t first = (count + WIDE - 1) / WIDE;
  SHARE(i, first + (countB + WIDE - 1) / WIDE) {
    if (i < first)
      descend(w, v, dw, rate, momentum, decay, i, count);
    else
      descend(b, vb, db, rate, momentum, decay, i - first, countB);
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
