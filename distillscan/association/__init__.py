"""Association: which values of different families belong together, with every possible test counted."""
