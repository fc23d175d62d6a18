// UNetCPU
