// The processor's peak: as many independent chains as stay in registers and hide the latency of fma.

static long peak(float *y, long rounds) {
  enum { CHAINS = SUMS == 24 ? 12 : 6 };
  v16 a[CHAINS];
  UNROLL(i, CHAINS) a[i] = (v16)(float)i;
  for (long k = 0; k < rounds; k++) {
    UNROLL(i, CHAINS) a[i] = FMA(a[i], (v16)1.0000001f, (v16)1e-9f);
  }
  v16 sum = a[0];
  UNROLL(i, CHAINS - 1) sum = sum + a[i + 1];
  STORE(y, sum);
  return 2 * 16 * CHAINS * rounds;
}
