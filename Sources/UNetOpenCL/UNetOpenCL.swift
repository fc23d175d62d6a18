// UNetOpenCL
