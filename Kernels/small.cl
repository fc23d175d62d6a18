// The kernels that take a compiler little time, as one program: a driver that begins anew with each takes longer for the
// beginning than for them.
#include "arithmetic.cl"
#include "block_sums.cl"
#include "dropout.cl"
#include "layout.cl"
#include "loss.cl"
#include "pool.cl"
#include "update.cl"
