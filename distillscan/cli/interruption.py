"""Ctrl-C: one line and exit code 130, from the first moment of the program to its last.

A library that is interrupted may raise an error of its own instead of KeyboardInterrupt, so the signal itself
is remembered. Nothing here imports more than the signals: the program begins with it.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOPPED = "stopped; run the same command again to go on"
INTERRUPTED = 130


def leave(*_: object) -> None:
    """Leave at once: before a command works there is nothing to be put in order."""
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(INTERRUPTED)


def work_is_done() -> None:
    """From here on there is nothing left to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def remembered() -> Iterator[Callable[[], bool]]:
    """Inside, the first Ctrl-C raises KeyboardInterrupt and a second one leaves at once.

    Gives a function that says whether there was one.
    """
    came = False

    def stop(*_: object) -> None:
        nonlocal came
        came = True
        signal.signal(signal.SIGINT, leave)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: came
    finally:
        signal.signal(signal.SIGINT, before)
