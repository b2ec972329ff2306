"""Exemplars: the first prompt of a template, fetched from the export it came from.

The case keeps no prompt text by default; the export stays the evidence. What is read again must have the
fingerprint that the case holds, or it is not shown.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from distillscan.case.frame import frame, registered
from distillscan.case.store import Case
from distillscan.findings.masking import shown
from distillscan.fingerprint import fingerprint
from distillscan.logs.reread import Reading, read_prompts

#: Files that are read again; a log may have thousands.
_FILES = 16

# of equal texts the earliest request stands for all; among copies in several files any is the same
_ROWS = """
    SELECT r.prompt_key, f.path, f.bytes, f.mapping, r.row_number
    FROM (SELECT prompt_key, arg_min({'file_id': file_id, 'row_number': row_number},
                                     (ts, request_key, file_id, row_number)) AS origin
          FROM accepted SEMI JOIN wanted_text ON prompt_key = text_key
          GROUP BY prompt_key)
    JOIN requests r ON r.file_id = origin.file_id AND r.row_number = origin.row_number
    JOIN files f ON f.file_id = r.file_id
"""


def first_prompts(case: Case, text_keys: Sequence[int]) -> dict[int, str]:
    """Return the first prompt with each text key, on one line and cut; those not at hand are left out.

    At most 16 files are read again, those of the first keys; in a larger log later keys may go without.
    """
    if not text_keys or case.meta("keep_text") == "none":
        return {}
    wanted = pl.DataFrame({"text_key": sorted(set(text_keys))}, schema={"text_key": pl.UInt64})
    with registered(case.connection, "wanted_text", wanted):
        rows = frame(case.connection, _ROWS)
    place = {text_key: place for place, text_key in reversed(list(enumerate(text_keys)))}
    by_file: dict[Reading, dict[int, int]] = {}
    for text_key, path, size, mapping, row in sorted(rows.iter_rows(), key=lambda found: place[found[0]]):
        reading = Reading(path, size, mapping)
        if reading in by_file or len(by_file) < _FILES:
            by_file.setdefault(reading, {})[row] = text_key
    found: dict[int, str] = {}
    for reading, prompts in read_prompts({reading: list(keys) for reading, keys in by_file.items()}).items():
        found |= _verified({by_file[reading][row]: prompt for row, prompt in prompts.items()})
    return {key: shown(prompt) for key, prompt in found.items()}


def _verified(prompts: dict[int, str]) -> dict[int, str]:
    """Return the prompts whose fingerprint is the one they are filed under."""
    if not prompts:
        return {}
    keys = fingerprint(pa.array(prompts.values(), pa.large_string())).text_key
    return {
        wanted: prompt
        for (wanted, prompt), key in zip(prompts.items(), keys, strict=True)
        if wanted == int(key)
    }
