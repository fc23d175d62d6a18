// Softmax and cross-entropy pixel by pixel, with the elementary functions of Kernels/shared.

static void exponential(const float *x, float *y, long count) {
  for (long i = 0; i < count; i++) y[i] = portable_exp(x[i]);
}

static void logarithm(const float *x, float *y, long count) {
  for (long i = 0; i < count; i++) y[i] = portable_log(x[i]);
}

// The greatest of a pixel's numbers.
INLINE float top_of(const float *z, long classes) {
  float top = z[0];
  for (long c = 1; c < classes; c++) top = greater(top, z[c]);
  return top;
}

// log of the sum of exp(z - top).
INLINE float log_total(const float *z, float top, long classes) {
  float total = 0.0f;
  for (long c = 0; c < classes; c++) total = total + portable_exp(z[c] - top);
  return portable_log(total);
}

static void softmax(const float *x, float *y, long pixels, long classes) {
  for (long i = 0; i < pixels; i++, x += classes, y += classes) {
    const float top = top_of(x, classes), l = log_total(x, top, classes);
    for (long c = 0; c < classes; c++) y[c] = portable_exp((x[c] - top) - l);
  }
}

static void cross_entropy(const float *logits, const float *labels, const float *weights, float scale,
                          float *losses, float *dlogits, long pixels, long classes) {
  for (long i = 0; i < pixels; i++, logits += classes, dlogits += classes) {
    const float top = top_of(logits, classes), l = log_total(logits, top, classes), w = weights[i] * scale;
    const float label = labels[i];
    float right = 0.0f;  // the labelled class's distance to the top; a label of no class has none
    for (long c = 0; c < classes; c++) {
      const float d = logits[c] - top;
      if ((float)c == label) right = d;
      dlogits[c] = w * (portable_exp(d - l) - ((float)c == label ? 1.0f : 0.0f));
    }
    losses[i] = w * (l - right);
  }
}
