"""Measurements in processes of their own, each kept in the work directory, so that a run can go on."""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import distillscan

from .detector import measure_scan
from .job import Figures, Job, Log, Measurement
from .permuted import measure_permuted
from .rivals import RIVALS, measure_rival

_MEASURES: dict[Measurement, Callable[[Job], Figures]] = {
    "scan": measure_scan,
    "permuted": measure_permuted,
    **dict.fromkeys(RIVALS, measure_rival),
}
#: A process has one thread, so that two of them do not wait for each other and seconds can be compared.
_ONE_THREAD = ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS")
_MEASURING = ("job", "harder", "detector", "permuted", "rivals", "splink_rival")
_MATTER = ("duckdb", "polars", "numpy", "igraph", "datasketch")


def code_digest() -> str:
    """Return a digest of the code that is measured or measures, and of the packages it depends on."""
    root = Path(distillscan.__file__).parent
    measured = [path for path in sorted(root.rglob("*")) if path.suffix in (".py", ".sql", ".toml")]
    measuring = [Path(__file__).with_name(f"{name}.py") for name in _MEASURING]
    digest = hashlib.sha256(json.dumps([version(name) for name in _MATTER]).encode())
    for path in (*measured, *measuring):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def measure(job: Job) -> Figures:
    """Return the figures of one measurement."""
    return _MEASURES[job.measurement](job)


def measure_all(
    jobs: Sequence[Job], work: Path, code: str, processes: int, progress: Callable[[int, int], None]
) -> dict[Job, Figures]:
    """Return the figures of all jobs; those that ``work`` holds for this ``code`` are not made again."""
    work.mkdir(parents=True, exist_ok=True)
    kept = {job: work / f"{job.key(code)}.json" for job in dict.fromkeys(jobs)}
    missing = [job for job, path in kept.items() if not path.exists()]
    done = len(kept) - len(missing)
    progress(done, len(kept))
    if missing:
        os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
        with multiprocessing.get_context("spawn").Pool(processes, _warm_up) as pool:
            for number, figures in pool.imap_unordered(_numbered, enumerate(missing)):
                path = kept[missing[number]]
                draft = path.with_suffix(".draft")
                draft.write_text(json.dumps(figures), "utf-8")
                draft.replace(path)
                done += 1
                progress(done, len(kept))
    return {job: json.loads(path.read_text("utf-8")) for job, path in kept.items()}


def _warm_up() -> None:
    """Have the kernels compiled, so that no measurement's seconds hold that."""
    measure_scan(Job("scan", Log("clean", 400, 2_000, 1), permutations=1))


def _numbered(order: tuple[int, Job]) -> tuple[int, Figures]:
    number, job = order
    return number, measure(job)
