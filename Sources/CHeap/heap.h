// malloc.h is not part of Swift's Glibc module.
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/// Has blocks of a megabyte and more returned to the system when they are freed.
///
/// Once a block of up to 32 MB has been freed, glibc otherwise takes blocks of that size from the heap and keeps them
/// there, with the holes between them: 70 MB of a training at 572², width 64.
static inline void returnLargeBlocks(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}
