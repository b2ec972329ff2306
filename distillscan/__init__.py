"""distillscan: an offline forensic command line over LLM API request logs."""

from importlib.metadata import version

__version__ = version("distillscan")
