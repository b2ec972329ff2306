"""Inputs as they lie on disk: which they are, archives opened, packed bytes unpacked and hashed."""
