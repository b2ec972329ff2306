"""Independent runs of the same analysis in parallel processes."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")

#: Entries of an incidence below which a process costs more than it saves.
_WORTH_A_PROCESS = 50_000

# A forked process finds its task here: the columns it works on are shared with it, not copied to it.
_task: list[Callable[[int], object]] = []


def parallel_map(task: Callable[[int], T], runs: int, *, entries: int, threads: int) -> Iterator[T]:
    """The results of ``task(0)`` to ``task(runs - 1)``, in this order, whatever ran first.

    ``entries`` says how much each run goes through. A task must use neither the database nor threads.
    """
    workers = min(threads, runs)
    if workers < 2 or entries < _WORTH_A_PROCESS or sys.platform != "linux":
        yield from map(task, range(runs))
        return
    _task.append(task)
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
            yield from pool.map(_run, range(runs))  # type: ignore[misc]
    finally:
        _task.clear()


def _run(number: int) -> object:
    return _task[0](number)
