// What every kernel may use.  The arithmetic is that of Documentation/numerics.md: + - * fma, comparisons and bits,
// rounded to nearest even, nothing contracted, so that every device gives the same answer.
#pragma OPENCL FP_CONTRACT OFF

// The words of the headers in shared/, which C includes too (Sources/CUNetVector/level.h).
#define INLINE static inline
#define FMA fma

// A loop of so few turns, known to the compiler, that none is left.
#define UNROLL(i, count) _Pragma("unroll") for (int i = 0; i < (count); ++i)

// How a range is divided is the schedule's: a kernel walks its share of `count` things with these loops, one thing a
// work-item by schedule "tile", a few large shares by "vector".  EACH steps by the range's size, SHARE takes neighbours.
#define EACH(i, dimension, count) \
  for (int i = get_global_id(dimension); i < (count); i += get_global_size(dimension))
#define SHARE(i, count)                                                            \
  for (size_t i##_share = ((count) + get_global_size(0) - 1) / get_global_size(0), \
              i##_end = min((size_t)(count), (get_global_id(0) + 1) * i##_share),  \
              i = get_global_id(0) * i##_share;                                    \
       i < i##_end; ++i)

// Memory is read fast where the neighbours in it are taken by one item of a CPU, whose vectors they fill, and by
// neighbouring items of a GPU.  CHANNELS walks the channels of a pixel, dimension 0 of the range; `wide` is what an item
// takes at a time, WIDE floats.
#if TILE
#define CHANNELS(c, count) EACH(c, 0, count)
#define WIDE 1
typedef float wide;
#define LOAD(i, from) (from)[i]
#define STORE(v, i, to) ((to)[i] = (v))
#else
#define CHANNELS(c, count) for (int c = 0; c < (count); ++c)
#define WIDE 16
typedef float16 wide;
#define LOAD(i, from) vload16(i, from)
#define STORE(v, i, to) vstore16(v, i, to)
#endif
