// A kernel reads these structs as this computer lays them out: no gaps, and `long` as long as in OpenCL C.
#include "CUNetGeometry.h"

_Static_assert(sizeof(long) == 8, "long has 64 bits");
_Static_assert(sizeof(UNetPicture) == 6 * 8, "Picture");
_Static_assert(sizeof(UNetSource) == 16 * 8, "Source");
_Static_assert(sizeof(UNetProduct) == 41 * 8, "Product");
_Static_assert(sizeof(UNetFilterGradient) == 31 * 8, "FilterGradient");
_Static_assert(sizeof(UNetWinogradTiles) == 4 * 8, "WinogradTiles");
_Static_assert(sizeof(UNetWinogradUnits) == 8 * 8, "WinogradUnits");
_Static_assert(sizeof(UNetPoolGradient) == 10 * 8, "PoolGradient");
