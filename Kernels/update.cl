// Stochastic gradient descent "with a high momentum (0.99)" (section 3), in place:
//   v = momentum * v - rate * (dw + decay * w),   w = w + v.
// control [step, rate, momentum, decay]   Range: (ceil(count / 16))
kernel void sgd(global float *restrict w, global float *restrict v, global const float *restrict dw,
                global const float *restrict control, int count) {
  const size_t first = get_global_id(0) * 16;
  const float rate = control[1], momentum = control[2], decay = control[3];
  if (first + 16 <= count) {
    const float16 old = vload16(0, w + first);
    const float16 step = (float16)(rate) * fma((float16)(decay), old, vload16(0, dw + first));
    const float16 velocity = fma((float16)(momentum), vload16(0, v + first), -step);
    vstore16(velocity, 0, v + first);
    vstore16(old + velocity, 0, w + first);
    return;
  }
  for (int i = first; i < count; ++i) {
    const float step = rate * fma(decay, w[i], dw[i]);
    v[i] = fma(momentum, v[i], -step);
    w[i] = w[i] + v[i];
  }
}
