"""Log exports and sidecars: files to raw records, raw records to canonical ones."""
