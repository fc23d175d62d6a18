#include "common.h"
#include "shared/adam.h"

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

// The first n < WIDE of a vector from memory, and into it.
static inline wide part_of(global const float *restrict from, size_t n) {
  float lanes[WIDE];
  for (int lane = 0; lane < WIDE; ++lane) lanes[lane] = (size_t)lane < n ? from[lane] : 0.0f;
  return KEPT(lanes);
}

static inline void part_to(wide part, size_t n, global float *restrict to) {
  float lanes[WIDE];
  KEEP(part, lanes);
  for (size_t lane = 0; lane < n; ++lane) to[lane] = lanes[lane];
}

// The update of the i-th WIDE of `count` elements.
static inline void adapt(global float *restrict w, global float *restrict m, global float *restrict v,
                         global const float *restrict dw, global const float *restrict control, size_t i,
                         size_t count) {
  const size_t n = count - WIDE * i;
  const bool whole = n >= WIDE;
  const wide gradient = whole ? LOAD(i, dw) : part_of(dw + WIDE * i, n);
  const wide old = whole ? LOAD(i, w) : part_of(w + WIDE * i, n);
  const wide mean =
      adam_mean(whole ? LOAD(i, m) : part_of(m + WIDE * i, n), gradient, control[2], control[3]);
  const wide square =
      adam_square(whole ? LOAD(i, v) : part_of(v + WIDE * i, n), gradient, control[4], control[5]);
  const wide new = adam_weight(old, mean, square, control[1], control[6], control[7]);
  if (whole) {
    STORE(mean, i, m);
    STORE(square, i, v);
    STORE(new, i, w);
  } else {
    part_to(mean, n, m + WIDE * i);
    part_to(square, n, v + WIDE * i);
    part_to(new, n, w + WIDE * i);
  }
}

// Adam (D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015), in place, of two parameters w and b,
// the second of which may have no elements.
// control [step, rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, decay]
// Range: (SHARE of ceil(count / WIDE) + ceil(countB / WIDE))
kernel void adam(global float *w, global float *m, global float *v, global const float *dw, long count,
                 global float *b, global float *mb, global float *vb, global const float *db, long countB,
                 global const float *restrict control) {
  const size_t first = (count + WIDE - 1) / WIDE;
  SHARE(i, first + (countB + WIDE - 1) / WIDE) {
    if (i < first)
      adapt(w, m, v, dw, control, i, count);
    else
      adapt(b, mb, vb, db, control, i - first, countB);
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

// sum = addend where it begins, else sum = sum + addend.   Range: (SHARE of ceil(count / WIDE))
kernel void accumulate(global const float *restrict addend, global float *restrict sum, long count,
                       int begins) {
  SHARE(i, (count + WIDE - 1) / WIDE) {
    if (WIDE * i + WIDE <= count) {
      const wide value = LOAD(i, addend);
      if (begins)
        STORE(value, i, sum);
      else
        STORE(LOAD(i, sum) + value, i, sum);
    } else {
      for (size_t j = WIDE * i; j < count; ++j) sum[j] = begins ? addend[j] : sum[j] + addend[j];
    }
  }
}
