"""Invented request logs with known truth, and the scoring of a result against that truth."""
