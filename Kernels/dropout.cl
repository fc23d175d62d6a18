// Drop-out ("at the end of the contracting path", section 3.1), and its own gradient: which elements stay is a
// function of key, step and index.   control [step, rate, momentum, decay]   Range: (count)
kernel void dropout(global const float *restrict x, global const float *restrict control, global float *restrict y,
                    uint key, uint threshold, float scale) {
  const size_t i = get_global_id(0);
  const int kept = random_bits(key, (uint)control[0], (uint)i) >= threshold;
  y[i] = kept ? x[i] * scale : 0.0f;
}
