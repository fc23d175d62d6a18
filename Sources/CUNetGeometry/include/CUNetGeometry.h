// How sums walk their tensors: see Kernels/shared/geometry.h, which the kernels include too.
#ifndef CUNETGEOMETRY_H
#define CUNETGEOMETRY_H

#include "../../../Kernels/shared/geometry.h"

#endif
