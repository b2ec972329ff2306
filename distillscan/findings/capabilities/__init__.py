"""What a cluster was after: capabilities by transparent rules, on a bounded sample of its requests."""
