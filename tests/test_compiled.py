"""What is kept of compiled functions is used again only where nothing that went into it has changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PART = """
from distillscan.compiled import compiled, inner

SUMMAND = {summand}

@inner
def doubled(number):
    return {factor} * number
"""
_WHOLE = """
from distillscan.compiled import compiled
from loops.part import SUMMAND, doubled

@compiled
def answer(number):
    return doubled(number) + SUMMAND
"""


@pytest.fixture
def loops(tmp_path: Path) -> Path:
    package = tmp_path / "loops"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "whole.py").write_text(_WHOLE)
    return package


def _answer(loops: Path, *, factor: int, summand: int) -> tuple[int, int]:
    """What the compiled function makes of 5, and how many of its versions are kept."""
    (loops / "part.py").write_text(_PART.format(factor=factor, summand=summand))
    kept = loops.parent / "kept"
    path = os.pathsep.join([str(loops.parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-B", "-c", "from loops.whole import answer; print(answer(5))"],
        env=os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(kept)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout), len(list(kept.rglob("*.nbc")))


def test_a_function_is_compiled_again_when_one_that_it_calls_has_changed(loops: Path) -> None:
    assert _answer(loops, factor=2, summand=0) == (10, 1)
    assert _answer(loops, factor=3, summand=0) == (15, 2)


def test_a_function_is_compiled_again_when_a_constant_from_elsewhere_has_changed(loops: Path) -> None:
    assert _answer(loops, factor=2, summand=0) == (10, 1)
    assert _answer(loops, factor=2, summand=1) == (11, 2)


def test_what_was_compiled_is_used_again(loops: Path) -> None:
    assert _answer(loops, factor=2, summand=0) == _answer(loops, factor=2, summand=0)
