// Random numbers as a function of key, step and index, for OpenCL C and for C; in Swift, RandomStream.swift.

// A bijection of 32-bit numbers: "lowbias32" of C. Wellons, https://github.com/skeeto/hash-prospector.
INLINE unsigned scrambled(unsigned h) {
  h ^= h >> 16;
  h *= 0x7FEB352Du;
  h ^= h >> 15;
  h *= 0x846CA68Bu;
  return h ^ (h >> 16);
}

// Number `index` of step `step` in the stream `key`, uniform over 32 bits.
INLINE unsigned random_bits(unsigned key, unsigned step, unsigned index) {
  return scrambled(scrambled(index * 0x9E3779B1u + key) ^ scrambled(step + 0x85EBCA77u));
}
