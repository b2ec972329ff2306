"""Drawings of the findings document and of tables: they draw, and never compute a finding."""
