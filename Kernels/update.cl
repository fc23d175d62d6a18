// Stochastic gradient descent "with a high momentum (0.99)" (section 3), in place:
//   v = momentum * v - rate * (dw + decay * w),   w = w + v.
// control [step, rate, momentum, decay]   Range: (SHARE of ceil(count / 16))
kernel void sgd(global float *restrict w, global float *restrict v, global const float *restrict dw,
                global const float *restrict control, int count) {
  const float rate = control[1], momentum = control[2], decay = control[3];
  SHARE(i, (count + 15) / 16) {
    if (16 * i + 16 <= count) {
      const float16 old = vload16(i, w);
      const float16 step = (float16)(rate) * fma((float16)(decay), old, vload16(i, dw));
      const float16 velocity = fma((float16)(momentum), vload16(i, v), -step);
      vstore16(velocity, i, v);
      vstore16(old + velocity, i, w);
    } else {
      for (int j = 16 * i; j < count; ++j) {
        const float step = rate * fma(decay, w[j], dw[j]);
        v[j] = fma(momentum, v[j], -step);
        w[j] = w[j] + v[j];
      }
    }
  }
}

// y = a + b; y may be a or b.   Range: (SHARE of ceil(count / 16))
kernel void add(global const float *a, global const float *b, global float *y, int count) {
  SHARE(i, (count + 15) / 16) {
    if (16 * i + 16 <= count)
      vstore16(vload16(i, a) + vload16(i, b), i, y);
    else
      for (int j = 16 * i; j < count; ++j) y[j] = a[j] + b[j];
  }
}
