// Dropout (section 3.1): which elements stay is a function of key, step and index.

// A bijection of 32-bit numbers; see Sources/UNetGraph/Random.swift.
INLINE unsigned mix(unsigned h) {
  h ^= h >> 16;
  h *= 0x7FEB352Du;
  h ^= h >> 15;
  h *= 0x846CA68Bu;
  return h ^ (h >> 16);
}

static void dropout(const float *x, float *y, long first, long count, unsigned key, unsigned step,
                    unsigned threshold, float scale) {
  const unsigned now = mix(step + 0x85EBCA77u);
  for (long i = 0; i < count; i++) {
    const unsigned bits = mix(mix((unsigned)(first + i) * 0x9E3779B1u + key) ^ now);
    y[i] = bits >= threshold ? x[i] * scale : 0.0f;
  }
}
