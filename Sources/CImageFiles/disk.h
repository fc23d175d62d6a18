#include "CImageFiles.h"

/// Copies at most `size` bytes from the file's position; the number copied.
size_t diskRead(DiskFile *file, void *data, size_t size);
