#include <blosc.h>
#include <zlib.h>
#include <zstd.h>
