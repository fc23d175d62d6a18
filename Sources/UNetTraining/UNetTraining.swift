// UNetTraining
