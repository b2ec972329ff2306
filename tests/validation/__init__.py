"""What the tool finds on logs with known truth, measured and written down: ``python -m tests.validation``."""
