"""Property tests have no deadline: the first example may compile a kernel, and a machine may be shared.

The tables of a case are made once; every further case of the tests begins as a copy of that empty file.
"""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from distillscan.case import store

settings.register_profile("distillscan", deadline=None)
settings.load_profile("distillscan")


@pytest.fixture(scope="session", autouse=True)
def empty_case(tmp_path_factory):
    """What `open_case` makes of a path at which nothing is."""
    made = store._create
    empty = tmp_path_factory.mktemp("empty") / "case.duckdb"
    made(empty)

    def copied(path: Path) -> None:
        if path.parent.is_dir():
            shutil.copyfile(empty, path)
        else:
            made(path)  # which says what is wrong

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "_create", copied)
        yield made
