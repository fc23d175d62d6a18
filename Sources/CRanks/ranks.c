#include "CRanks.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// Handles are pointers in Open MPI and whole numbers in MPICH, which as arguments occupy the lower half of the same register;
// the constants are those of the two ABIs (Open MPI 1.7 to 5; MPICH 3.1 and later, https://www.mpich.org/abi).
typedef void *Handle;

static struct {
  void *library;
  Handle world, floats, bytes, noInfo, errorsReturn;
  void *inPlace;
  int shared;
  int (*initThread)(int *, char ***, int, int *);
  int (*finalize)(void);
  int (*abort)(Handle, int);
  int (*rank)(Handle, int *);
  int (*size)(Handle, int *);
  int (*split)(Handle, int, int, Handle, Handle *);
  int (*freeComm)(Handle *);
  int (*setHandler)(Handle, Handle);
  int (*errorString)(int, char *, int *);
  int (*version)(char *, int *);
  int (*alltoallv)(const void *, const int *, const int *, Handle, void *, const int *, const int *, Handle,
                   Handle);
  int (*allgatherv)(const void *, int, Handle, void *, const int *, const int *, Handle, Handle);
  int (*allgather)(const void *, int, Handle, void *, int, Handle, Handle);
  int (*bcast)(void *, int, Handle, int, Handle);
} mpi;

static char problem[1024];
// MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH.
static char version[8192];

const char *ranksProblem(void) { return problem; }
const char *ranksLibrary(void) { return version; }

static RankStatus checked(int code, const char *call) {
  if (code == 0) return 0;
  char words[512 + 1] = "";
  int length = 0;
  if (mpi.errorString) mpi.errorString(code, words, &length);
  snprintf(problem, sizeof problem, "%s: %s", call, words);
  return 1;
}

static int find(const char *name, void *pointer) {
  void *symbol = dlsym(mpi.library, name);
  if (!symbol) {
    snprintf(problem, sizeof problem, "the MPI library has no %s", name);
    return 0;
  }
  memcpy(pointer, &symbol, sizeof symbol);
  return 1;
}

RankStatus ranksOpen(const char *library) {
  // Open MPI's own parts look for its symbols among those of the process.
  mpi.library = dlopen(library, RTLD_NOW | RTLD_GLOBAL);
  if (!mpi.library) {
    const char *said = dlerror();
    snprintf(problem, sizeof problem, "%s", said ? said : library);
    return 1;
  }
  Handle world = dlsym(mpi.library, "ompi_mpi_comm_world");
  if (world) {
    mpi.world = world;
    mpi.shared = 0;
    mpi.inPlace = (void *)1;
    if (!(mpi.floats = dlsym(mpi.library, "ompi_mpi_float")) ||
        !(mpi.bytes = dlsym(mpi.library, "ompi_mpi_byte")) ||
        !(mpi.noInfo = dlsym(mpi.library, "ompi_mpi_info_null")) ||
        !(mpi.errorsReturn = dlsym(mpi.library, "ompi_mpi_errors_return"))) {
      snprintf(problem, sizeof problem, "the MPI library lacks Open MPI's constants");
      return 1;
    }
  } else {
    mpi.world = (Handle)0x44000000UL;
    mpi.floats = (Handle)0x4c00040aUL;
    mpi.bytes = (Handle)0x4c00010dUL;
    mpi.noInfo = (Handle)0x1c000000UL;
    mpi.errorsReturn = (Handle)0x54000001UL;
    mpi.shared = 1;
    mpi.inPlace = (void *)-1;
  }
  const int isWhole =
      find("MPI_Init_thread", &mpi.initThread) && find("MPI_Finalize", &mpi.finalize) &&
      find("MPI_Abort", &mpi.abort) && find("MPI_Comm_rank", &mpi.rank) && find("MPI_Comm_size", &mpi.size) &&
      find("MPI_Comm_split_type", &mpi.split) && find("MPI_Comm_free", &mpi.freeComm) &&
      find("MPI_Comm_set_errhandler", &mpi.setHandler) && find("MPI_Error_string", &mpi.errorString) &&
      find("MPI_Get_library_version", &mpi.version) && find("MPI_Alltoallv", &mpi.alltoallv) &&
      find("MPI_Allgatherv", &mpi.allgatherv) && find("MPI_Allgather", &mpi.allgather) &&
      find("MPI_Bcast", &mpi.bcast);
  int length = 0;
  return isWhole ? checked(mpi.version(version, &length), "MPI_Get_library_version") : 1;
}

RankStatus ranksBegin(RankPlace *place) {
  const int funneled = 1;
  int given = 0;
  if (checked(mpi.initThread(NULL, NULL, funneled, &given), "MPI_Init_thread")) return 1;
  if (checked(mpi.setHandler(mpi.world, mpi.errorsReturn), "MPI_Comm_set_errhandler")) return 1;
  if (checked(mpi.rank(mpi.world, &place->rank), "MPI_Comm_rank")) return 1;
  if (checked(mpi.size(mpi.world, &place->count), "MPI_Comm_size")) return 1;
  Handle node = NULL;
  if (checked(mpi.split(mpi.world, mpi.shared, 0, mpi.noInfo, &node), "MPI_Comm_split_type")) return 1;
  if (checked(mpi.rank(node, &place->localRank), "MPI_Comm_rank")) return 1;
  return checked(mpi.freeComm(&node), "MPI_Comm_free");
}

RankStatus ranksEnd(void) { return checked(mpi.finalize(), "MPI_Finalize"); }

void ranksAbort(int status) {
  if (mpi.abort) mpi.abort(mpi.world, status);
}

RankStatus ranksExchange(const float *outgoing, const int *outCounts, const int *outStarts, float *incoming,
                         const int *inCounts, const int *inStarts) {
  return checked(mpi.alltoallv(outgoing, outCounts, outStarts, mpi.floats, incoming, inCounts, inStarts,
                               mpi.floats, mpi.world),
                 "MPI_Alltoallv");
}

RankStatus ranksGather(float *numbers, const int *counts, const int *starts) {
  return checked(mpi.allgatherv(mpi.inPlace, 0, mpi.floats, numbers, counts, starts, mpi.floats, mpi.world),
                 "MPI_Allgatherv");
}

RankStatus ranksGatherBytes(const void *part, int count, void *all) {
  return checked(mpi.allgather(part, count, mpi.bytes, all, count, mpi.bytes, mpi.world), "MPI_Allgather");
}

RankStatus ranksBroadcast(void *bytes, int count) {
  return checked(mpi.bcast(bytes, count, mpi.bytes, 0, mpi.world), "MPI_Bcast");
}
