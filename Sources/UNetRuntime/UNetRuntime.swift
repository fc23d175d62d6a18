// UNetRuntime
