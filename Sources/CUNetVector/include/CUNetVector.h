// The innermost vector loops of the CPU backend, written once and compiled for several instruction sets.
//
// Axes: N images, H rows, W columns, C channels that a sum runs over, K channels of the result, R x S taps.
// Every multiply-add is one fma and every sum has the order of Documentation/numerics.md, so that each level gives
// the same bits.  All strides and offsets count floats.
#ifndef CUNETVECTOR_H
#define CUNETVECTOR_H

// A convolution as strided rows of pixels:
//   y[n, h, w, k] = bias[k] + sum over r, s, c ascending of x[n, h, w, r, s, c] * weights[r, s, c, k]
// where an index of x or y moves by the stride of its name and channels are contiguous.  Channels of a second source,
// `skip`, may follow those of x in the sum; its taps move by its rows and pixels.
typedef struct {
  const float *x;
  long xImage, xRow, xPixel, xTapRow, xTapColumn;
  const float *skip;  // null if there is none
  long skipImage, skipRow, skipPixel;
  float *y;
  long yImage, yRow, yPixel;
  const float *gate;  // where this is not positive, y is 0; null if there is none
  long gateImage, gateRow, gatePixel;
  long height, width;                    // H, W of the result
  long rows, columns;                    // R, S
  long channels, skipChannels, outputs;  // C of x, C of the skip, K
  int relu;
} UNetConvolution;

// A tile of a weight gradient, `shifts` x `channels` x `lanes` sums:
//   dw[s, c, k] = sum over pixels of x[h, w, s, c] * g[h, w, k]
// With no channels it is a tile of a bias gradient: dw[k] = sum over pixels of g[h, w, q, k], q < shifts ascending
// in each pixel with strides gTapRow (q / 2) and gTapColumn (q % 2).
typedef struct {
  const float *x;
  long xImage, xRow, xPixel, xShift;
  const float *g;
  long gImage, gRow, gPixel, gTapRow, gTapColumn;
  long height, width;
  float *dw;
  long dwShift, dwChannel;
  long shifts, channels;
  long lanes;  // K covered, at most 16
} UNetGradientTile;

// A picture [N, H, W, channels] as strides; channels are contiguous.  `base` is its first pixel.
typedef struct {
  float *base;
  long image, row, pixel;
  long height, width;
} UNetPicture;

// A convolution by Winograd's F(4x4, 3x3): tiles of 4x4 results, counted through all images, in reading order.
//   y[n, h, w, k] = bias[k] + sum over r, s, c of x[n, h + r, w + s, c] * w[r, s, c, k]
// with the arithmetic of Documentation/numerics.md; channels and outputs are multiples of 16.
typedef struct {
  UNetPicture x;     // the first `split` channels
  UNetPicture skip;  // the others
  UNetPicture y;
  UNetPicture gate;            // y is kept where this is positive; everywhere without a base
  long tileRows, tileColumns;  // of one image
  long split, channels, outputs;
  const float *bias;  // none counts as 0
  int relu;
} UNetWinograd;

// Filters [3, 3, C, K] as strides, turned by half a circle if `turned`.
typedef struct {
  const float *w;
  long tap, channel, output;
  long channels, outputs;
  int turned;
} UNetFilters;

// The filter gradient of such a convolution: dw[r, s, c, k] = sum over pixels of x[h + r, w + s, c] * g[h, w, k].
typedef struct {
  UNetPicture x, skip, g;
  long tileRows, tileColumns;
  long split, channels, filters;
  long strip;  // tiles that are transformed at a time
} UNetWinogradGradient;

// The loops of one instruction set.
typedef struct {
  const char *name;  // for people, such as "AVX-512"

  // How many vectors of 16 lanes a panel of weights has, for K outputs.
  long (*panel_vectors)(long outputs);

  // Rows first..<end (counted through all images) of the outputs of one panel, whose first is `output`.
  // weights [R, S, C, 16 * vectors] and bias [16 * vectors] are packed with zeros behind the last output.
  void (*convolve)(const UNetConvolution *convolution, const float *weights, const float *bias, long output,
                   long vectors, long first, long end);

  // The transformed filters of one panel, u [36, C, 16 * vectors] and a line from one of the 36 to the next.
  void (*winograd_filters)(const UNetFilters *filters, float *u, long output, long vectors);

  // The transformed tiles first..<end of the input to v [36, tiles, C] (and a line from one of the 36 to the next),
  // whose first tile is `origin`.
  void (*winograd_input)(const UNetWinograd *convolution, float *v, long origin, long tiles, long first,
                         long end);

  // The outputs of one panel, whose first is `output`, for tiles first..<end.  m is room for 36 * (end - first + 1)
  // vectors of the panel.
  void (*winograd_panel)(const UNetWinograd *convolution, const float *v, long origin, long tiles,
                         const float *u, float *m, long output, long vectors, long first, long end);

  // The gradient of `channels` channels and `filters` filters, from `channel` and `filter` on, over tiles first..<end
  // (a block); dw is [3, 3, C, K] and db [K], written with the first channels.
  void (*winograd_gradient)(const UNetWinogradGradient *gradient, float *scratch, float *dw, float *db,
                            long first, long end, long channel, long channels, long filter, long filters);

  // The floats of scratch that `winograd_gradient` needs.
  long (*winograd_gradient_scratch)(long strip, long channels, long filters);

  // The channels that one tile takes when `available` remain, with 4 shifts, 3 or 1.
  long (*gradient_channels)(long shifts, long available);

  // The tile's sums over rows first..<end, stored or, if `add`, added to what is there.
  void (*gradient)(const UNetGradientTile *tile, long first, long end, int add);

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
  void (*descend)(float *w, float *v, const float *dw, long count, float rate, float momentum, float decay);

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
