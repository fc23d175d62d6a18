#include "common.h"
#include "shared/random.h"

// Drop-out ("at the end of the contracting path", section 3.1), and its own gradient: which elements stay is a
// function of key, step and index.   control [step, rate, momentum, decay]   Range: (SHARE of count)
kernel void dropout(global const float *restrict x, global const float *restrict control,
                    global float *restrict y, uint key, uint threshold, float scale, long count) {
  const uint step = (uint)control[0];
  SHARE(i, count) y[i] = random_bits(key, step, (uint)i) >= threshold ? x[i] * scale : 0.0f;
}
