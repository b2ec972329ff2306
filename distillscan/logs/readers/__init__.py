"""Raw rows out of plain bytes, one reader a kind of file: JSON Lines, JSON documents, CSV, Parquet."""
