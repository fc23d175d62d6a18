// A library loaded before all others (LD_PRELOAD) that lets one call of the command fail, or ends the process at it.
//
//   FAULT=write:17:28     the 17th call of write gives -1 with errno 28
//   FAULT=write:17+:28    the 17th and every later one
//   FAULT=write:17:kill   SIGKILL just before the 17th
//   FAULT_FIRED=FILE      is made when it comes to that, with the file of the code that called
//   FAULT_COUNTS=FILE     at the end of the process, how many calls there were of each function
//
// Counted are calls of the command's own code, of Swift's bindings to C, and, where memory is asked for, of the libraries of
// image files; those of a driver, of the C library and of Swift's runtime pass.
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Where the code lies whose calls are counted, or only those that ask for memory.
static struct {
  uintptr_t start, end;
  int memory;
} places[16];
static int place_count;

static int note_place(struct dl_phdr_info *object, size_t size, void *data) {
  static const char *const names[] = {"/libswiftGlibc.so", "/libtiff.so", "/libpng16.so", "/libjpeg.so",
                                      "/libexpat.so"};
  int kind = object->dlpi_name[0] == 0 ? 0 : -1;  // the command itself comes first and has no name
  if (object->dlpi_name[0] == 0 && place_count) return 0;
  for (int i = 0; i < 5; i++)
    if (strstr(object->dlpi_name, names[i])) kind = i > 0;
  for (int i = 0; kind >= 0 && i < object->dlpi_phnum && place_count < 16; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    uintptr_t start = object->dlpi_addr + part->p_vaddr;
    places[place_count].start = start;
    places[place_count].end = start + part->p_memsz;
    places[place_count++].memory = kind;
  }
  return 0;
}

static char fault_name[64];
static long fault_number;
static int fault_lasts, fault_code, fault_kills, is_ready;

enum { MAX_FUNCTIONS = 80 };
static struct {
  const char *name;
  atomic_long calls;
} functions[MAX_FUNCTIONS];
static atomic_int function_count;

__attribute__((constructor)) static void begin(void) {
  dl_iterate_phdr(note_place, NULL);
  const char *fault = getenv("FAULT");
  char number[32] = "", code[32] = "";
  if (fault && sscanf(fault, "%63[^:]:%31[^:]:%31s", fault_name, number, code) == 3) {
    fault_number = atol(number);
    fault_lasts = strchr(number, '+') != NULL;
    fault_kills = strcmp(code, "kill") == 0;
    fault_code = atoi(code);
  }
  is_ready = 1;
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("FAULT_COUNTS");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  for (int i = 0; i < function_count; i++)
    if (functions[i].calls) fprintf(file, "%s %ld\n", functions[i].name, (long)functions[i].calls);
  fclose(file);
}

static int is_ours(const void *caller, int memory) {
  for (int i = 0; i < place_count; i++)
    if ((uintptr_t)caller - places[i].start < places[i].end - places[i].start)
      return memory || !places[i].memory;
  return 0;
}

// Whether this call of a function is the one that fails.
static int fails(int function, const void *caller, int memory) {
  if (!is_ready || !is_ours(caller, memory)) return 0;
  long call = atomic_fetch_add(&functions[function].calls, 1) + 1;
  if (strcmp(functions[function].name, fault_name) != 0) return 0;
  if (fault_lasts ? call < fault_number : call != fault_number) return 0;
  const char *fired = getenv("FAULT_FIRED");
  if (fired) {
    Dl_info from = {0};
    dladdr(caller, &from);
    const int file = (int)syscall(SYS_openat, AT_FDCWD, fired, O_CREAT | O_TRUNC | O_WRONLY, 0666);
    if (from.dli_fname) syscall(SYS_write, file, from.dli_fname, strlen(from.dli_fname));
    syscall(SYS_close, file);
  }
  if (fault_kills) kill(getpid(), SIGKILL);
  return 1;
}

static int counted(const char *name) {
  int index = atomic_fetch_add(&function_count, 1);
  functions[index].name = name;
  return index;
}
#define COUNT(function)                                                  \
  static int index_of_##function;                                        \
  __attribute__((constructor(101))) static void count_##function(void) { \
    index_of_##function = counted(#function);                            \
  }

// A function that fails by turn and else goes on to the next definition of its name.
#define WRAP(function, result, parameters, arguments, on_failure)        \
  COUNT(function)                                                        \
  result function parameters {                                           \
    static result(*next) parameters;                                     \
    if (!next) next = (result(*) parameters)dlsym(RTLD_NEXT, #function); \
    if (fails(index_of_##function, __builtin_return_address(0), 0)) {    \
      on_failure;                                                        \
    }                                                                    \
    return next arguments;                                               \
  }
#define NUMBER        \
  errno = fault_code; \
  return -1
#define POINTER       \
  errno = fault_code; \
  return NULL
#define CODE return fault_code

// What is said on the terminal is another function than what is written to files.
COUNT(say)
COUNT(write)
ssize_t write(int file, const void *data, size_t count) {
  static ssize_t (*next)(int, const void *, size_t);
  if (!next) next = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (fails(file <= 2 ? index_of_say : index_of_write, __builtin_return_address(0), 0)) {
    NUMBER;
  }
  return next(file, data, count);
}
WRAP(pwrite, ssize_t, (int file, const void *data, size_t count, off_t at), (file, data, count, at), NUMBER)
WRAP(read, ssize_t, (int file, void *data, size_t count), (file, data, count), NUMBER)
WRAP(pread, ssize_t, (int file, void *data, size_t count, off_t at), (file, data, count, at), NUMBER)
WRAP(fsync, int, (int file), (file), NUMBER)
WRAP(ftruncate, int, (int file, off_t size), (file, size), NUMBER)
WRAP(rename, int, (const char *from, const char *to), (from, to), NUMBER)
WRAP(link, int, (const char *from, const char *to), (from, to), NUMBER)
WRAP(linkat, int, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags),
     NUMBER)
WRAP(unlink, int, (const char *path), (path), NUMBER)
WRAP(mkdir, int, (const char *path, mode_t mode), (path, mode), NUMBER)
WRAP(mkdtemp, char *, (char *path), (path), POINTER)
WRAP(close, int, (int file), (file), next(file); NUMBER)
WRAP(access, int, (const char *path, int mode), (path, mode), NUMBER)
WRAP(glob, int, (const char *p, int flags, int (*f)(const char *, int), glob_t *g), (p, flags, f, g), CODE)
WRAP(flock, int, (int file, int operation), (file, operation), NUMBER)
WRAP(stat, int, (const char *path, struct stat *status), (path, status), NUMBER)
WRAP(lstat, int, (const char *path, struct stat *status), (path, status), NUMBER)
WRAP(fstat, int, (int file, struct stat *status), (file, status), NUMBER)
WRAP(opendir, DIR *, (const char *path), (path), POINTER)
WRAP(readdir, struct dirent *, (DIR * folder), (folder), POINTER)
WRAP(readlink, ssize_t, (const char *path, char *to, size_t count), (path, to, count), NUMBER)
WRAP(realpath, char *, (const char *path, char *to), (path, to), POINTER)
WRAP(dup, int, (int file), (file), NUMBER)
WRAP(fdopen, FILE *, (int file, const char *mode), (file, mode), POINTER)
WRAP(fwrite, size_t, (const void *d, size_t size, size_t n, FILE *file), (d, size, n, file),
     errno = fault_code;
     return 0)
WRAP(fflush, int, (FILE * file), (file), NUMBER)
WRAP(pthread_create, int, (pthread_t * t, const pthread_attr_t *a, void *(*f)(void *), void *d), (t, a, f, d),
     CODE)

WRAP(mmap, void *, (void *at, size_t n, int p, int flags, int file, off_t from),
     (at, n, p, flags, file, from), errno = fault_code;
     return MAP_FAILED)
WRAP(posix_memalign, int, (void **at, size_t alignment, size_t size), (at, alignment, size), CODE)
// The linker of libraries itself asks for memory before it can find what lies behind a name.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
#define WRAP_MEMORY(function, parameters, arguments)                  \
  COUNT(function)                                                     \
  void *function parameters {                                         \
    if (fails(index_of_##function, __builtin_return_address(0), 1)) { \
      POINTER;                                                        \
    }                                                                 \
    return __libc_##function arguments;                               \
  }
WRAP_MEMORY(malloc, (size_t size), (size))
WRAP_MEMORY(calloc, (size_t count, size_t size), (count, size))
WRAP_MEMORY(realloc, (void *at, size_t size), (at, size))

// open takes a third argument only where it makes a file.
COUNT(open)
int open(const char *path, int flags, ...) {
  static int (*next)(const char *, int, ...);
  if (!next) next = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if (fails(index_of_open, __builtin_return_address(0), 0)) {
    NUMBER;
  }
  return next(path, flags, mode);
}

#define OBJECT                    \
  if (error) *error = fault_code; \
  return NULL
WRAP(clGetPlatformIDs, cl_int, (cl_uint n, cl_platform_id *p, cl_uint *count), (n, p, count), CODE)
WRAP(clGetPlatformInfo, cl_int, (cl_platform_id p, cl_platform_info k, size_t n, void *v, size_t *s),
     (p, k, n, v, s), CODE)
WRAP(clGetDeviceIDs, cl_int, (cl_platform_id p, cl_device_type t, cl_uint n, cl_device_id *d, cl_uint *count),
     (p, t, n, d, count), CODE)
WRAP(clGetDeviceInfo, cl_int, (cl_device_id d, cl_device_info k, size_t n, void *v, size_t *s),
     (d, k, n, v, s), CODE)
WRAP(clCreateContext, cl_context,
     (const cl_context_properties *p, cl_uint n, const cl_device_id *d,
      void(CL_CALLBACK *f)(const char *, const void *, size_t, void *), void *u, cl_int *error),
     (p, n, d, f, u, error), OBJECT)
WRAP(clCreateCommandQueue, cl_command_queue,
     (cl_context c, cl_device_id d, cl_command_queue_properties p, cl_int *error), (c, d, p, error), OBJECT)
WRAP(clCreateBuffer, cl_mem, (cl_context c, cl_mem_flags f, size_t n, void *d, cl_int *error),
     (c, f, n, d, error), OBJECT)
WRAP(clCreateSubBuffer, cl_mem,
     (cl_mem m, cl_mem_flags f, cl_buffer_create_type t, const void *i, cl_int *error), (m, f, t, i, error),
     OBJECT)
WRAP(clCreateProgramWithSource, cl_program,
     (cl_context c, cl_uint n, const char **t, const size_t *l, cl_int *error), (c, n, t, l, error), OBJECT)
WRAP(clCreateProgramWithBinary, cl_program,
     (cl_context c, cl_uint n, const cl_device_id *d, const size_t *l, const unsigned char **b, cl_int *s,
      cl_int *error),
     (c, n, d, l, b, s, error), OBJECT)
WRAP(clBuildProgram, cl_int,
     (cl_program p, cl_uint n, const cl_device_id *d, const char *o, void(CL_CALLBACK *f)(cl_program, void *),
      void *u),
     (p, n, d, o, f, u), CODE)
WRAP(clGetProgramBuildInfo, cl_int,
     (cl_program p, cl_device_id d, cl_program_build_info k, size_t n, void *v, size_t *s),
     (p, d, k, n, v, s), CODE)
WRAP(clGetProgramInfo, cl_int, (cl_program p, cl_program_info k, size_t n, void *v, size_t *s),
     (p, k, n, v, s), CODE)
WRAP(clCreateKernel, cl_kernel, (cl_program p, const char *name, cl_int *error), (p, name, error), OBJECT)
WRAP(clSetKernelArg, cl_int, (cl_kernel k, cl_uint i, size_t n, const void *v), (k, i, n, v), CODE)
WRAP(clEnqueueNDRangeKernel, cl_int,
     (cl_command_queue q, cl_kernel k, cl_uint n, const size_t *o, const size_t *g, const size_t *l,
      cl_uint w, const cl_event *e, cl_event *event),
     (q, k, n, o, g, l, w, e, event), CODE)
WRAP(clEnqueueReadBuffer, cl_int,
     (cl_command_queue q, cl_mem m, cl_bool b, size_t o, size_t n, void *d, cl_uint w, const cl_event *e,
      cl_event *event),
     (q, m, b, o, n, d, w, e, event), CODE)
WRAP(clEnqueueWriteBuffer, cl_int,
     (cl_command_queue q, cl_mem m, cl_bool b, size_t o, size_t n, const void *d, cl_uint w,
      const cl_event *e, cl_event *event),
     (q, m, b, o, n, d, w, e, event), CODE)
WRAP(clFlush, cl_int, (cl_command_queue q), (q), CODE)
WRAP(clFinish, cl_int, (cl_command_queue q), (q), CODE)
WRAP(clReleaseKernel, cl_int, (cl_kernel k), (k), CODE)
WRAP(clReleaseMemObject, cl_int, (cl_mem m), (m), CODE)
WRAP(clReleaseProgram, cl_int, (cl_program p), (p), CODE)
