"""Random histories of several departments, and a model of what should come of them."""
