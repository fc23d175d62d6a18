// What every kernel may use.  The arithmetic is that of Documentation/numerics.md: + - * fma, comparisons and bits,
// rounded to nearest even, nothing contracted, so that every device gives the same answer.
#pragma OPENCL FP_CONTRACT OFF

// The words of the headers in shared/, which C includes too (Sources/CUNetVector/level.h).
#define INLINE static inline
#define FMA fma

// A loop of so few turns, known to the compiler, that none is left.
#define UNROLL(i, count) _Pragma("unroll") for (int i = 0; i < (count); ++i)

// How a range is divided is the schedule's: a kernel walks its share of `count` things with these loops, one thing a
// work-item by schedule "tile", a few large shares by "vector".  EACH steps by the range's size, SHARE takes neighbours, as
// many as others do.
#define EACH(i, dimension, count) \
  for (int i = get_global_id(dimension); i < (count); i += get_global_size(dimension))
#if TILE
#define SHARE(i, count) for (size_t i = get_global_id(0); i < (count); i += get_global_size(0))
#else
#define SHARE(i, count)                                                                \
  for (size_t i = (size_t)(count)*get_global_id(0) / get_global_size(0),               \
              i##_end = (size_t)(count) * (get_global_id(0) + 1) / get_global_size(0); \
       i < i##_end; ++i)
#endif

// Tells a processor what it reads soon, in the next tile of a row; most drivers' prefetch() does nothing.  Compilers for GPUs
// refuse the cast, and a device that only watches (WATCHED, make races) may know neither.
#if defined(__clang__) && PROCESSOR && !TILE && !defined(WATCHED)
#define SOON(at) __builtin_prefetch((const void *)(size_t)(at))
#else
#define SOON(at)
#endif

// Memory is read fast where the neighbours in it are taken by one item of a CPU, whose vectors they fill, and by
// neighbouring items of a GPU.  CHANNELS walks the channels of a pixel, dimension 0 of the range; `wide` is what an item
// takes at a time, WIDE floats.
#if TILE
// An item of a GPU waits for memory, not for additions: so many loads of a long sum are on their way before the first is
// added.
#define AHEAD 64
#define CHANNELS(c, count) EACH(c, 0, count)
#define WIDE 1
typedef float wide;
#define BITS_OF(x) as_uint(x)
#define WIDE_OF(bits) as_float(bits)
#define LOAD(i, from) (from)[i]
#define STORE(v, i, to) ((to)[i] = (v))
#define KEPT(lanes) (lanes)[0]
#define KEEP(v, lanes) ((lanes)[0] = (v))
#else
#define CHANNELS(c, count) for (int c = 0; c < (count); ++c)
#define WIDE 16
typedef float16 wide;
#define BITS_OF(x) as_uint16(x)
#define WIDE_OF(bits) as_float16(bits)
// Of global memory, at any float: some drivers take vload16 and vstore16 of it apart.
typedef float16 wide_anywhere __attribute__((aligned(4)));
#define LOAD(i, from) (((global const wide_anywhere *)(from))[i])
#define STORE(v, i, to) (((global wide_anywhere *)(to))[i] = (v))
// The same of an item's own floats.
#define KEPT(lanes) vload16(0, lanes)
#define KEEP(v, lanes) vstore16(v, 0, lanes)
#endif
