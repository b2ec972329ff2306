"""The entry of the program, which imports nothing before Ctrl-C is answered."""

import os
import signal
import sys
from pathlib import Path

from distillscan.cli.interruption import leave, work_is_done


def main() -> None:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGINT, leave)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            # closed by the shell, as by `>&-`: what is shown goes nowhere, and no other file takes its number
            setattr(sys, name, Path(os.devnull).open("r+", encoding="utf-8"))  # noqa: SIM115 - open to the end
    from distillscan.cli.app import main as run

    try:
        run()
    finally:
        work_is_done()
