// Stochastic gradient descent with momentum (section 3) and weight decay, and Adam.

static void sgd(float *w, float *v, const float *dw, long count, float rate, float momentum, float decay) {
  const v16 m = (v16)momentum, d = (v16)decay;
  long i = 0;
  for (; i + 16 <= count; i += 16) {
    const v16 old = LOAD(w + i);
    const v16 g = FMA(d, old, LOAD(dw + i));
    const v16 speed = FMA(m, LOAD(v + i), -(rate * g));
    STORE(v + i, speed);
    STORE(w + i, old + speed);
  }
  for (; i < count; i++) {
    const float g = FMA(decay, w[i], dw[i]);
    v[i] = FMA(momentum, v[i], -(rate * g));
    w[i] = w[i] + v[i];
  }
}

// So many lanes of an update, all 16 or fewer; `control` is that of Operation.adam.
INLINE void adam_lanes(float *w, float *m, float *v, const float *dw, long lanes, const float *control) {
  const int whole = lanes == 16;
  const v16 gradient = whole ? LOAD(dw) : LOAD_PART(dw, lanes), old = whole ? LOAD(w) : LOAD_PART(w, lanes);
  const v16 mean =
      adam_mean(whole ? LOAD(m) : LOAD_PART(m, lanes), gradient, (v16)control[2], (v16)control[3]);
  const v16 square =
      adam_square(whole ? LOAD(v) : LOAD_PART(v, lanes), gradient, (v16)control[4], (v16)control[5]);
  const v16 now = adam_weight(old, mean, square, (v16)control[1], (v16)control[6], (v16)control[7]);
  if (whole) {
    STORE(m, mean);
    STORE(v, square);
    STORE(w, now);
  } else {
    STORE_PART(m, lanes, mean);
    STORE_PART(v, lanes, square);
    STORE_PART(w, lanes, now);
  }
}

static void adam(float *w, float *m, float *v, const float *dw, long count, const float *control) {
  long i = 0;
  for (; i + 16 <= count; i += 16) adam_lanes(w + i, m + i, v + i, dw + i, 16, control);
  if (i < count) adam_lanes(w + i, m + i, v + i, dw + i, count - i, control);
}
