// UNetData
