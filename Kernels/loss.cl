// "a pixel-wise soft-max over the final feature map combined with the cross entropy loss function", each pixel
// weighted (section 3, equation 1), and the sum over pixels.
//
//   logits, dlogits, y [pixels, K]   labels, weights, losses [pixels]
#include "common.h"
#include "shared/elementary.h"

// The greatest score of a pixel, and the logarithm of the sum of e^(score - greatest).
static inline float2 log_sum(global const float *restrict logits, int K) {
  float top = logits[0], total = 0.0f;
  for (int c = 1; c < K; ++c) top = greater(top, logits[c]);
  for (int c = 0; c < K; ++c) total = total + portable_exp(logits[c] - top);
  return (float2)(top, portable_log(total));
}

// Range: (SHARE of pixels)
kernel void softmax(global const float *restrict logits, global float *restrict y, int K, int pixels) {
  SHARE(i, pixels) {
    const size_t first = i * K;
    const float2 t = log_sum(logits + first, K);
    for (int c = 0; c < K; ++c) y[first + c] = portable_exp((logits[first + c] - t.x) - t.y);
  }
}

// scale is 1 / pixels.   Range: (SHARE of pixels)
kernel void softmax_cross_entropy(global const float *restrict logits, global const float *restrict labels,
                                  global const float *restrict weights, global float *restrict losses,
                                  global float *restrict dlogits, int K, float scale, int pixels) {
  SHARE(i, pixels) {
    const size_t first = i * K;
    const float label = labels[i], weight = weights[i] * scale;
    float right = 0.0f;  // the labelled class's distance to the top; a label of no class has none
    const float2 t = log_sum(logits + first, K);
    for (int c = 0; c < K; ++c) {
      const float d = logits[first + c] - t.x;
      if ((float)c == label) right = d;
      dlogits[first + c] = weight * (portable_exp(d - t.y) - ((float)c == label ? 1.0f : 0.0f));
    }
    losses[i] = weight * (t.y - right);
  }
}

// y[i] = the sum of elements i * block ..< (i + 1) * block of x, one chain.   Range: (ceil(count / block))
// Written with fma and a `one` that the compiler does not know, for it must not add in another order: Intel's runtime
// does so with a plain sum.
kernel void sum(global const float *restrict x, global float *restrict y, long count, int block, float one) {
  const long first = get_global_id(0) * block, end = min(count, first + block);
  float total = 0.0f;
  long i = first;
#if TILE
  for (; i + AHEAD <= end; i += AHEAD) {
    float next[AHEAD];
    UNROLL(q, AHEAD) next[q] = x[i + q];
    UNROLL(q, AHEAD) total = fma(next[q], one, total);
  }
#endif
  for (; i < end; ++i) total = fma(x[i], one, total);
  y[get_global_id(0)] = total;
}
