// Shared by all kernels.
