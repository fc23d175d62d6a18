#include "disk.h"

#include <errno.h>
#include <unistd.h>

size_t diskRead(DiskFile *file, void *data, size_t size) {
  size_t count = 0;
  while (count < size) {
    size_t left = size - count < ((size_t)1 << 30) ? size - count : (size_t)1 << 30;
    ssize_t got = pread(file->descriptor, (uint8_t *)data + count, left, (off_t)(file->position + count));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && file->error == 0) file->error = errno;
    if (got <= 0) break;
    count += (size_t)got;
  }
  file->position += count;
  return count;
}
