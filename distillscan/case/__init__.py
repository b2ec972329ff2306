"""The case: one DuckDB file with the accepted records, their provenance and every stage of the analysis."""
