// UNetEvaluation
