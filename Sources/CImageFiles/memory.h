#include "CImageFiles.h"

/// Copies `size` bytes to the file's position, growing it; 0 when memory is exhausted.
int memoryWrite(MemoryFile *file, const void *data, size_t size);
/// Copies at most `size` bytes from the file's position; the number copied.
size_t memoryRead(MemoryFile *file, void *data, size_t size);
