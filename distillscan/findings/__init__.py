"""Findings: what the clusters did, how sure that is, and what else could explain it; one frozen document."""
