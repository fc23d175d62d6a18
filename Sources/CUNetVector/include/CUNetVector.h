// The innermost vector loops of the CPU backend, written once and compiled for several instruction sets.
//
// Axes: N images, H rows, W columns, C channels that a sum runs over, K channels of the result, R x S taps.
// Every multiply-add is one fma and every sum has the order of Documentation/numerics.md, so that each level gives
// the same bits.  All strides and offsets count floats.
#ifndef CUNETVECTOR_H
#define CUNETVECTOR_H

#include <CUNetGeometry.h>

// A convolution, an up-convolution or an input gradient, at its buffers; skip, bias and gate where it has them.
typedef struct {
  UNetProduct shape;
  UNetWinogradTiles tiles;  // by Winograd's algorithm
  const float *x, *skip, *bias, *gate;
  float *y;
} UNetBoundProduct;

// A tile of a weight gradient, `shifts` x `channels` x `lanes` sums:
//   dw[s, c, k] = sum over pixels of x[h, w, s, c] * g[h, w, k]
// With no channels it is a tile of a bias gradient: dw[k] = sum over pixels of
// g[h, w, q, k], q < shifts ascending in each pixel with strides gTapRow (q / 2) and gTapColumn (q % 2).
typedef struct {
  UNetPicture from, of;            // x and g
  long xTap, gTapRow, gTapColumn;  // from one shift of x, and one tap of g, to the next
  const float *x, *g;              // their first pixels
  float *dw;
  long dwTap, dwChannel;
  long shifts, channels;
  long lanes;  // K covered, at most 16
} UNetGradientTile;

// The filter gradient of a convolution by Winograd's algorithm, at its buffers.
typedef struct {
  UNetFilterGradient shape;
  UNetWinogradTiles tiles;
  const float *x, *skip, *g;
  long strip;  // tiles that are transformed at a time
} UNetBoundGradient;

// The loops of one instruction set.
typedef struct {
  const char *name;  // for people, such as "AVX-512"

  // Vectors of 16 sums that stay in registers beside their operands.
  long sums;

  // 1 where the instruction set has a fused multiply-add, 0 where it is computed.
  long fuses;

  // Rows first..<end (counted through all images) of the outputs of one panel, whose first is `output`.
  // weights [R, S, C, 16 * vectors] and bias [16 * vectors] are packed with zeros behind the last output.
  void (*convolve)(const UNetBoundProduct *product, const float *weights, const float *bias, long output,
                   long vectors, long first, long end);

  // The transformed filters of one panel, u [36, C, 16 * vectors] and a line from one of the 36 to the next, from w,
  // turned by half a circle if the product is transposed.
  void (*winograd_filters)(const UNetBoundProduct *product, const float *w, float *u, long output,
                           long vectors);

  // The transformed tiles first..<end of the input to v [36, count, C] (and a line from one of the 36 to the next),
  // whose first tile is `origin`.
  void (*winograd_input)(const UNetBoundProduct *product, float *v, long origin, long count, long first,
                         long end);

  // The outputs of one panel, whose first is `output`, for tiles first..<end.  v is where theirs begin in [36, count, C];
  // m is room for 36 * (end - first + 1) vectors of the panel.
  void (*winograd_panel)(const UNetBoundProduct *product, const float *v, long count, const float *u,
                         float *m, long output, long vectors, long first, long end);

  // The gradient of `channels` channels and `filters` filters, from `channel` and `filter` on, over tiles first..<end
  // (a block); dw is [3, 3, C, K] and db [K], written with the first channels.
  void (*winograd_gradient)(const UNetBoundGradient *gradient, float *scratch, float *dw, float *db,
                            long first, long end, long channel, long channels, long filter, long filters);

  // The floats of scratch that `winograd_gradient` needs.
  long (*winograd_gradient_scratch)(long strip, long channels, long filters);

  // The channels that one tile takes when `available` remain, with 4 shifts, 3 or 1.
  long (*gradient_channels)(long shifts, long available);

  // The tile's sums over rows first..<end, stored or, if `add`, added to what is there.
  void (*gradient)(const UNetGradientTile *tile, long first, long end, int add);

  // Brings `count` pixels of `channels` floats, `step` apart, to their place in strips of `most` channels, or of as many as
  // gradient_channels says where `most` is 0.  A strip is [pixels][its channels]; the first pixel is the one at `place`.
  void (*pack_pixels)(const float *from, long step, long count, long channels, long most, long pixels,
                      long place, float *to);

  // A row of blocks of max-pooling: the maximum of each 2x2 block of x, whose rows are `row` apart.
  void (*max_pool)(const float *x, float *y, long row, long blocks, long channels);

  // A row of blocks of the gradient of max-pooling: dy to the first maximum of each 2x2 block of x, 0 to the others.
  void (*max_pool_gradient)(const float *dy, const float *x, float *dx, long row, long dxRow, long blocks,
                            long channels);

  // y = other + y, or 0 + y without other.
  void (*accumulate)(const float *other, float *y, long count);

  // y = 0 where `gate` is not positive.
  void (*rectify)(const float *gate, float *y, long count);

  // y = x * scale where random number `first + i` of the stream is at least `threshold`, else 0.
  void (*dropout)(const float *x, float *y, long first, long count, unsigned key, unsigned step,
                  unsigned threshold, float scale);

  // v = momentum * v - rate * (dw + decay * w), then w = w + v.
  void (*sgd)(float *w, float *v, const float *dw, long count, float rate, float momentum, float decay);

  // m = beta1 m + (1 - beta1) dw, v = beta2 v + (1 - beta2) dw dw, then w = w - decay w - rate m / (sqrt(v) + epsilon);
  // `control` is [step, rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, decay].
  void (*adam)(float *w, float *m, float *v, const float *dw, long count, const float *control);

  // The probabilities of `pixels` pixels of `classes` channels.
  void (*softmax)(const float *x, float *y, long pixels, long classes);

  // The loss of each pixel, its weight multiplied by `scale`, and the gradient of its logits.
  void (*cross_entropy)(const float *logits, const float *labels, const float *weights, float scale,
                        float *losses, float *dlogits, long pixels, long classes);

  // The elementary functions of Kernels/shared/elementary.h, element by element.
  void (*exponential)(const float *x, float *y, long count);
  void (*logarithm)(const float *x, float *y, long count);

  // Multiply-adds from registers, as fast as they go: 16 floats to y, the arithmetic operations done returned.
  long (*peak)(float *y, long rounds);
} UNetVectorLevel;

// The loops for "avx512", "avx2" or "baseline"; null where this processor lacks the instructions.
const UNetVectorLevel *unet_vector_level(const char *name);

#endif
