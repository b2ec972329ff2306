"""The evidence bundle: sealing a result, checking a sealed one, and the analyst's records beside a case."""
