// How sums walk their tensors: what kernels, the C loops of the CPU backend and Swift share, passed by value.
//
// Starts and strides count floats and may pass 2^31.  Extents - images, pixels, channels, taps, tiles - are below it,
// which Swift sees to where it makes one (Sources/UNetRuntime/Lowering), so kernels count in `int`.  Every field has 64
// bits, so that no compiler leaves a gap.

// A picture [N, H, W, ..] whose channels are neighbours.
typedef struct {
  long start, image, row, pixel;  // the first pixel; from one image, row, pixel to the next
  long height, width;
} UNetPicture;

// What a sum reads at each of its taps: the channels of x, then those of skip, a crop of a larger map.
typedef struct {
  UNetPicture x, skip;
  long tapRow, tapColumn;  // from one tap of x to the next; those of skip move by its rows and pixels
  long channels, skipChannels;
} UNetSource;

// A convolution, an up-convolution, or the input gradient of one, as products of patches and filters:
//
//   y[h, w, k] = b[k] + sum over taps r, s and channels i of source[patch(h, w, r, s), i] * filters[r, s, i, k]
//
//                          patch of x            taps    i    k    batches
//   conv                   (h + r, w + s)        R S     C    K    1
//   input gradient         (h - r, w - s) of g   R S     K    C    1
//   up-convolution         (h, w)                1 1     C    K    4, each writes its corner of a 2x2 block of y
//   its input gradient     (2h + r, 2w + s)      2 2     K    C    1
//
// Filters are [batches * taps, i, k], or [batches * taps, k, i] where transposed.
typedef struct {
  UNetSource from;
  UNetPicture y, gate;                   // the results; a mask, where it is not positive y is 0 if `gated`
  long N, R, S, K;                       // images, taps, channels of y; heights and widths are those of y
  long batches, xBatch;                  // batch z adds z xBatch to x,
  long cornerRow, cornerColumn;          // and its corner (z / 2, z % 2) to y
  long transposed, biased, relu, gated;  // 0 or 1
  long border;                           // rows and columns of zeros around each image of y
} UNetProduct;

// The gradient of filters: dw[r, s, c, k] = sum over pixels of source[pixel, r, s, c] * g[pixel, r, s, k].
//
// A convolution's taps move the source, an up-convolution's move g; then each tap is a batch of its own.
typedef struct {
  UNetSource from;
  UNetPicture g;  // its height and width are the pixels of an image that a sum walks
  long gTapRow, gTapColumn;
  long pixels, R, S, K;  // pixels of all images, taps, filters
  long batches, xBatch;  // batch z adds z xBatch to x, and tap (z / 2, z % 2) to g
  long block;            // rows, counted through all images, of a chain; chains are added in order
} UNetFilterGradient;

// Tiles of 4x4 results of Winograd's algorithm, counted through all images in reading order: those of an image, all,
// and the strips in which they are worked on.
typedef struct {
  long rows, columns, count, strips;
} UNetWinogradTiles;

// How a gradient by Winograd's algorithm is divided: `blocks` chains of `block` tiles leave `part` sums each in scratch;
// what is worked on at a time, and its room, behind them.
typedef struct {
  long block, blocks, part;
  long channels, filters, strip;
  long behind, room;
} UNetWinogradUnits;

// The gradient of 2x2 max-pooling: x [N, H, W, C], `other` [N, h, w, D], whose last C channels are added to the crop of x
// that begins at (top, left); no D is no other.
typedef struct {
  long height, width, channels;
  long otherHeight, otherWidth, otherChannels, top, left;
  long border, gated;
} UNetPoolGradient;
