// Stochastic gradient descent with momentum (section 3) and weight decay.

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
