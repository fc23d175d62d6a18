// Which instruction sets this processor has.
#include <string.h>

#include "CUNetVector.h"

extern const UNetVectorLevel unet_vector_baseline;
#if defined(__x86_64__)
extern const UNetVectorLevel unet_vector_avx2, unet_vector_avx512;
#endif

const UNetVectorLevel *unet_vector_level(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (!strcmp(name, "avx512")) {
    return avx2 && __builtin_cpu_supports("avx512f") ? &unet_vector_avx512 : 0;
  }
  if (!strcmp(name, "avx2")) return avx2 ? &unet_vector_avx2 : 0;
#endif
  return strcmp(name, "baseline") ? 0 : &unet_vector_baseline;
}
