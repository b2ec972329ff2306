"""The entry of the program, which imports nothing before Ctrl-C is answered."""

import signal

from distillscan.cli.interruption import leave, work_is_done


def main() -> None:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGINT, leave)
    from distillscan.cli.app import main as run

    try:
        run()
    finally:
        work_is_done()
