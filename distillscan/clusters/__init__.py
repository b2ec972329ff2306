"""Clusters: accounts that act as one, from the graph of accounts and associated values."""
