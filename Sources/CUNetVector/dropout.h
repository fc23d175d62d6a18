// Dropout (section 3.1): which elements stay is a function of key, step and index.

static void dropout(const float *x, float *y, long first, long count, unsigned key, unsigned step,
                    unsigned threshold, float scale) {
  for (long i = 0; i < count; i++) {
    y[i] = random_bits(key, step, (unsigned)(first + i)) >= threshold ? x[i] * scale : 0.0f;
  }
}
