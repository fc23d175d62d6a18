// UNetExperiments
