"""Coverage-guided fuzzing of everything that reads an export, for a limited time.

    pip install '.[fuzz]' && python -m tests.fuzz.run -max_total_time=180

Further arguments are those of libFuzzer, such as a directory that keeps the inputs found so far.
"""

import sys
import tempfile
from pathlib import Path

import atheris

# Compiled already: what atheris puts into a function numba cannot read.
import distillscan.logs.readers.csvsplit
import distillscan.logs.readers.jsonsplit  # noqa: F401

with atheris.instrument_imports(include=["distillscan.logs", "zipfile"]):
    from tests.fuzz.target import SHAPES, check

_FOLDER = Path(tempfile.mkdtemp(prefix="distillscan-fuzz-"))


def one_input(data: bytes) -> None:
    """The first byte chooses the shape, the rest is the content."""
    if data:
        check(_FOLDER, data[0] % len(SHAPES), data[1:])


if __name__ == "__main__":
    # A crash is written where nobody commits it by mistake; of two options of one name the later counts.
    options = [f"-artifact_prefix={_FOLDER}/", "-len_control=0", "-max_len=400"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:]], one_input)
    atheris.Fuzz()
