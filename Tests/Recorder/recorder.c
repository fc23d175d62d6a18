// A library loaded before all others (LD_PRELOAD) in the place of OpenCL: one GPU that computes nothing but the test of its
// arithmetic (arithmetic.cl), writes down what it is asked to do, and what no driver would take.
//
//   RECORD=FILE          "program OPTIONS", "launch NAME GLOBAL LOCAL", "read BYTES", "write BYTES", "finish", a line each; "wrong: ..." where a
//                        call is one that OpenCL 1.2 forbids or that reaches beyond a buffer
//   RECORD_ARGUMENTS=1         after each launch a line "with" and what it was given: numbers, "-" for a buffer
//   RECORD_PROGRAMS=FOLDER    each program that is built, once: its options in a comment, then its source
//   RECORD_UNITS, RECORD_ITEMS, RECORD_LOCAL    its compute units, items and bytes of local memory of a group (132, 1024, 49152)
//   RECORD_FLUSHES=1    its arithmetic gives zeros
//   RECORD_VENDOR, RECORD_NAME    the number of who made it (4318, NVIDIA), its name ("Recording GPU")
#define CL_TARGET_OPENCL_VERSION 120
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARGUMENTS = 64, ALIGNMENT = 512 };

struct _cl_mem {
  size_t bytes;
  struct _cl_mem *whole;  // of which it is a part
  int references;         // 0: released
};
struct _cl_program {
  char *source;
};
struct _cl_kernel {
  char name[64];
  int arguments, given[MAX_ARGUMENTS];
  struct _cl_mem *buffers[MAX_ARGUMENTS];
  char text[MAX_ARGUMENTS][1024];
};

static int platform, device, context, queue;
static struct _cl_mem *buffers[1 << 16];
static int buffer_count;
static FILE *record;
static float *written;  // what was written last, as long as it is small
static size_t written_count;
static int is_arithmetic;  // whether that was launched last

static long number(const char *name, long usual) {
  const char *value = getenv(name);
  return value ? atol(value) : usual;
}
static size_t most_items(void) { return number("RECORD_ITEMS", 1024); }

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  if (!record) record = fopen(getenv("RECORD") ? getenv("RECORD") : "/dev/null", "w");
  va_list arguments;
  va_start(arguments, format);
  vfprintf(record, format, arguments);
  va_end(arguments);
}
__attribute__((destructor)) static void end(void) {
  if (record) fclose(record);
}

static void *made(void *object, cl_int *code) {
  if (code) *code = CL_SUCCESS;
  return object;
}
static cl_int told(const void *value, size_t size, size_t room, void *to, size_t *needed) {
  if (needed) *needed = size;
  if (to && room < size) return CL_INVALID_VALUE;
  if (to) memcpy(to, value, size);
  return CL_SUCCESS;
}
#define TELL_TEXT(text) told(text, strlen(text) + 1, room, to, needed)
#define TELL(type, value) told(&(type){value}, sizeof(type), room, to, needed)

// MARK: - Devices

cl_int clGetPlatformIDs(cl_uint room, cl_platform_id *to, cl_uint *count) {
  if (count) *count = 1;
  if (to && room) to[0] = (cl_platform_id)&platform;
  return CL_SUCCESS;
}
cl_int clGetPlatformInfo(cl_platform_id id, cl_platform_info what, size_t room, void *to, size_t *needed) {
  return TELL_TEXT("Recorder");
}
cl_int clGetDeviceIDs(cl_platform_id id, cl_device_type kind, cl_uint room, cl_device_id *to,
                      cl_uint *count) {
  if (count) *count = 1;
  if (to && room) to[0] = (cl_device_id)&device;
  return CL_SUCCESS;
}
cl_int clGetDeviceInfo(cl_device_id id, cl_device_info what, size_t room, void *to, size_t *needed) {
  switch (what) {
    case CL_DEVICE_NAME:
      return TELL_TEXT(getenv("RECORD_NAME") ? getenv("RECORD_NAME") : "Recording GPU");
    case CL_DEVICE_VERSION:
      return TELL_TEXT("OpenCL 1.2");
    case CL_DRIVER_VERSION:
      return TELL_TEXT("1");
    case CL_DEVICE_TYPE:
      return TELL(cl_device_type, CL_DEVICE_TYPE_GPU);
    case CL_DEVICE_GLOBAL_MEM_SIZE:
      return TELL(cl_ulong, 80ul << 30);
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE:
      return TELL(cl_ulong, 20ul << 30);
    case CL_DEVICE_LOCAL_MEM_SIZE:
      return TELL(cl_ulong, number("RECORD_LOCAL", 49152));
    case CL_DEVICE_MAX_WORK_GROUP_SIZE:
      return TELL(size_t, most_items());
    case CL_DEVICE_MAX_COMPUTE_UNITS:
      return TELL(cl_uint, number("RECORD_UNITS", 132));
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
      return TELL(cl_uint, 1);
    case CL_DEVICE_VENDOR_ID:
      return TELL(cl_uint, number("RECORD_VENDOR", 0x10DE));
    case CL_DEVICE_HOST_UNIFIED_MEMORY:
      return TELL(cl_bool, CL_FALSE);
    case CL_DEVICE_SINGLE_FP_CONFIG:
      return TELL(cl_device_fp_config, CL_FP_DENORM | CL_FP_INF_NAN | CL_FP_ROUND_TO_NEAREST | CL_FP_FMA);
    case CL_DEVICE_AVAILABLE:
    case CL_DEVICE_COMPILER_AVAILABLE:
    case CL_DEVICE_ENDIAN_LITTLE:
      return TELL(cl_bool, CL_TRUE);
  }
  say("wrong: unknown property %x of a device\n", what);
  return CL_INVALID_VALUE;
}
cl_context clCreateContext(const cl_context_properties *properties, cl_uint count,
                           const cl_device_id *devices,
                           void (*notify)(const char *, const void *, size_t, void *), void *data,
                           cl_int *code) {
  return made(&context, code);
}
cl_command_queue clCreateCommandQueue(cl_context in, cl_device_id on, cl_command_queue_properties properties,
                                      cl_int *code) {
  return made(&queue, code);
}

// MARK: - Memory

static cl_mem keep(size_t bytes, cl_mem whole, cl_int *code) {
  cl_mem buffer = calloc(1, sizeof *buffer);
  *buffer = (struct _cl_mem){bytes, whole, 1};
  buffers[buffer_count++ % (1 << 16)] = buffer;
  return made(buffer, code);
}
static int is_buffer(const void *pointer) {
  for (int i = 0; i < buffer_count && i < 1 << 16; i++)
    if (buffers[i] == pointer) return 1;
  return 0;
}
cl_mem clCreateBuffer(cl_context in, cl_mem_flags flags, size_t bytes, void *from, cl_int *code) {
  if (bytes == 0 || bytes > 20ul << 30) say("wrong: a buffer of %zu bytes\n", bytes);
  return keep(bytes, NULL, code);
}
cl_mem clCreateSubBuffer(cl_mem whole, cl_mem_flags flags, cl_buffer_create_type type, const void *region,
                         cl_int *code) {
  const cl_buffer_region *part = region;
  if (whole->whole || !whole->references) say("wrong: a part of a part, or of what is released\n");
  if (part->size == 0 || part->origin + part->size > whole->bytes) say("wrong: a part beyond its buffer\n");
  if (part->origin % ALIGNMENT) say("wrong: a part that begins at %zu\n", part->origin);
  return keep(part->size, whole, code);
}
cl_int clReleaseMemObject(cl_mem buffer) {
  if (--buffer->references < 0) say("wrong: a buffer released twice\n");
  return CL_SUCCESS;
}
static void check(cl_mem buffer, size_t offset, size_t bytes) {
  if (!is_buffer(buffer) || !buffer->references) say("wrong: a transfer of what is no buffer\n");
  if (offset + bytes > buffer->bytes) say("wrong: a transfer beyond its buffer\n");
}
// What arithmetic.cl computes of what was written.
static void compute(float *to, size_t count) {
#pragma STDC FP_CONTRACT OFF
  for (size_t i = 0; i < count && 3 * i + 2 < written_count; i++) {
    const float a = written[3 * i], b = written[3 * i + 1], c = written[3 * i + 2];
    const volatile float product = a * b;
    to[5 * i] = a + b;
    to[5 * i + 1] = a - b;
    to[5 * i + 2] = product;
    to[5 * i + 3] = product + c;
    to[5 * i + 4] = fmaf(a, b, c);
  }
}
cl_int clEnqueueReadBuffer(cl_command_queue on, cl_mem buffer, cl_bool blocking, size_t offset, size_t bytes,
                           void *to, cl_uint count, const cl_event *events, cl_event *event) {
  check(buffer, offset, bytes);
  say("read %zu\n", bytes);
  memset(to, 0, bytes);
  if (is_arithmetic && !getenv("RECORD_FLUSHES")) compute(to, bytes / (5 * sizeof(float)));
  return CL_SUCCESS;
}
cl_int clEnqueueWriteBuffer(cl_command_queue on, cl_mem buffer, cl_bool blocking, size_t offset, size_t bytes,
                            const void *from, cl_uint count, const cl_event *events, cl_event *event) {
  check(buffer, offset, bytes);
  say("write %zu\n", bytes);
  if (bytes < 1 << 16) {
    written = realloc(written, bytes);
    memcpy(written, from, bytes);
    written_count = bytes / sizeof(float);
  }
  return CL_SUCCESS;
}
cl_int clFlush(cl_command_queue on) { return CL_SUCCESS; }
cl_int clFinish(cl_command_queue on) {
  say("finish\n");
  return CL_SUCCESS;
}

// MARK: - Programs

cl_program clCreateProgramWithSource(cl_context in, cl_uint count, const char **texts, const size_t *lengths,
                                     cl_int *code) {
  cl_program program = calloc(1, sizeof *program);
  program->source = strdup(texts[0]);
  return made(program, code);
}
cl_program clCreateProgramWithBinary(cl_context in, cl_uint count, const cl_device_id *devices,
                                     const size_t *lengths, const unsigned char **binaries, cl_int *status,
                                     cl_int *code) {
  if (code) *code = CL_INVALID_BINARY;
  return NULL;
}
// A file named by what is in it, FNV-1a.
static void keep_program(const char *source, const char *options) {
  const char *folder = getenv("RECORD_PROGRAMS");
  if (!folder) return;
  unsigned long hash = 0xcbf29ce484222325;
  for (const char *c = options; *c; c++) hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
  for (const char *c = source; *c; c++) hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
  char path[4096];
  snprintf(path, sizeof path, "%s/%016lx.cl", folder, hash);
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "// %s\n%s", options, source);
  fclose(file);
}
cl_int clBuildProgram(cl_program program, cl_uint count, const cl_device_id *devices, const char *options,
                      void (*notify)(cl_program, void *), void *data) {
  say("program %s\n", options);
  keep_program(program->source, options);
  return CL_SUCCESS;
}
cl_int clGetProgramBuildInfo(cl_program program, cl_device_id on, cl_program_build_info what, size_t room,
                             void *to, size_t *needed) {
  return TELL_TEXT("");
}
cl_int clGetProgramInfo(cl_program program, cl_program_info what, size_t room, void *to, size_t *needed) {
  return CL_INVALID_VALUE;
}
cl_int clReleaseProgram(cl_program program) { return CL_SUCCESS; }

// The parameters that the source gives a kernel.
static int parameters(const char *source, const char *name) {
  char head[80];
  snprintf(head, sizeof head, "void %s(", name);
  const char *at = strstr(source, head);
  if (!at) return -1;
  int count = 1;
  for (at += strlen(head); *at && *at != ')'; at++) count += *at == ',';
  return count;
}
cl_kernel clCreateKernel(cl_program program, const char *name, cl_int *code) {
  cl_kernel kernel = calloc(1, sizeof *kernel);
  snprintf(kernel->name, sizeof kernel->name, "%s", name);
  kernel->arguments = parameters(program->source, name);
  if (kernel->arguments < 0) say("wrong: no kernel %s\n", name);
  return made(kernel, code);
}
cl_int clReleaseKernel(cl_kernel kernel) {
  free(kernel);
  return CL_SUCCESS;
}
// A number of 4 bytes, or one or more of 8, with commas.
static void note(char text[1024], const void *value, size_t size) {
  int number, used = 0;
  strcpy(text, "-");
  if (value && size == sizeof number) {
    memcpy(&number, value, size);
    sprintf(text, "%d", number);
  }
  for (size_t at = 0; value && size % 8 == 0 && at < size && used < 1000; at += 8) {
    long part;
    memcpy(&part, (const char *)value + at, sizeof part);
    used += sprintf(text + used, at ? ",%ld" : "%ld", part);
  }
}
cl_int clSetKernelArg(cl_kernel kernel, cl_uint index, size_t size, const void *value) {
  if ((int)index >= kernel->arguments || index >= MAX_ARGUMENTS) {
    say("wrong: argument %u of %s, which has %d\n", index, kernel->name, kernel->arguments);
    return CL_INVALID_ARG_INDEX;
  }
  kernel->given[index] = 1;
  void *pointer = NULL;
  if (size == sizeof pointer) memcpy(&pointer, value, size);
  kernel->buffers[index] = is_buffer(pointer) ? pointer : NULL;
  note(kernel->text[index], kernel->buffers[index] ? NULL : value, size);
  return CL_SUCCESS;
}
cl_int clEnqueueNDRangeKernel(cl_command_queue on, cl_kernel kernel, cl_uint dimensions, const size_t *offset,
                              const size_t *range, const size_t *group, cl_uint count, const cl_event *events,
                              cl_event *event) {
  size_t items = 1;
  is_arithmetic = !strcmp(kernel->name, "arithmetic");
  say("launch %s", kernel->name);
  for (cl_uint d = 0; d < dimensions; d++) say("%c%zu", d ? 'x' : ' ', range[d]);
  for (cl_uint d = 0; group && d < dimensions; d++) say("%c%zu", d ? 'x' : ' ', group[d]);
  say("\n");
  if (getenv("RECORD_ARGUMENTS")) {
    say("with");
    for (int i = 0; i < kernel->arguments && i < MAX_ARGUMENTS; i++) say(" %s", kernel->text[i]);
    say("\n");
  }
  for (cl_uint d = 0; d < dimensions; d++) {
    if (range[d] == 0) say("wrong: %s over nothing\n", kernel->name);
    if (!group) continue;
    items *= group[d];
    if (group[d] == 0 || range[d] % group[d])
      say("wrong: %s in groups that do not divide it\n", kernel->name);
  }
  if (items > most_items()) say("wrong: %s in groups of %zu items\n", kernel->name, items);
  for (int i = 0; i < kernel->arguments && i < MAX_ARGUMENTS; i++) {
    if (!kernel->given[i]) say("wrong: %s lacks argument %d\n", kernel->name, i);
    const cl_mem buffer = kernel->buffers[i];
    if (buffer && (!buffer->references || (buffer->whole && !buffer->whole->references)))
      say("wrong: %s reads or writes what is released\n", kernel->name);
  }
  return CL_SUCCESS;
}
