"""The compiled loops, apart from what they compute."""

import os
import subprocess
import sys

import pyarrow as pa
import pytest

from distillscan.fingerprint import fingerprint
from distillscan.fingerprint.characters import fold_rows, unsettled_rows
from distillscan.fingerprint.minhash import band_keys
from distillscan.fingerprint.normalise import normalise
from distillscan.fingerprint.sketch import sketch_rows


def test_an_installation_that_cannot_keep_compiled_code_still_works():
    # The archive's place is the only one allowed, and this package is not in an archive.
    environment = os.environ | {"NUMBA_CACHE_LOCATOR_CLASSES": "ZipCacheLocator"}
    subprocess.run(
        [sys.executable, "-c", "import distillscan.fingerprint, distillscan.logs.readers.jsonsplit"],
        env=environment,
        check=True,
    )


@pytest.mark.parametrize("function", [unsettled_rows, fold_rows, sketch_rows, band_keys])
def test_every_kind_of_column_runs_the_same_compiled_code(function):
    columns = [
        pa.array(["a b", "ﬁ"]),
        pa.array(["a", None, "é\u0301"]),
        pa.array([], pa.string()),
        pa.array(["a", "b"], pa.large_string()).slice(1),
        pa.chunked_array([["a"], ["b"]]),
        pa.nulls(2),
    ]
    for column in columns:
        fingerprint(column)
        normalise(column)
    assert len(function.signatures) == 1
