#include "CUNetVector.h"
int unet_vector_level(void) { return 0; }
