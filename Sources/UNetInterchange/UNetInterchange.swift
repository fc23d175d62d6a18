// UNetInterchange
