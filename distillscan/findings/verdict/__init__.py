"""The verdict on a cluster: what is concluded of it, how sure that is, and what else could explain it."""
