// Messages between processes that mpirun or srun has started, by the MPI library that the computer has.
//
// The library is opened when it is needed, so that one binary runs with Open MPI, with MPICH and its kin (Intel MPI, Cray), and
// without any.  All functions but the first are for the thread that has called it.
#ifndef CRANKS_H
#define CRANKS_H

#include <stddef.h>

/// A process among those that were started together.
typedef struct {
  int rank, count;
  /// The number among those of its computer.
  int localRank;
} RankPlace;

/// What went wrong: 0 nothing; else `problem` has it in words.
typedef int RankStatus;

/// Opens an MPI library; once one is open, the others are for it.
RankStatus ranksOpen(const char *library);
/// Joins the processes that were started together.
RankStatus ranksBegin(RankPlace *place);
/// What the last failed call says of itself.
const char *ranksProblem(void);
/// The name and version of the library.
const char *ranksLibrary(void);
/// Leaves; all do.
RankStatus ranksEnd(void);
/// Ends all processes.
void ranksAbort(int status);

/// Gives each rank its part of `outgoing`, and takes that of each into `incoming`; counts and starts in floats.
RankStatus ranksExchange(const float *outgoing, const int *outCounts, const int *outStarts, float *incoming,
                         const int *inCounts, const int *inStarts);
/// Gives all ranks the parts of `numbers` that each has; this one's is there.
RankStatus ranksGather(float *numbers, const int *counts, const int *starts);
/// Gives all ranks `count` bytes of each.
RankStatus ranksGatherBytes(const void *part, int count, void *all);
/// Gives all ranks the bytes of the first.
RankStatus ranksBroadcast(void *bytes, int count);

#endif
