"""How many requests a cluster has, which are its own work, and how far these counts may be off."""
