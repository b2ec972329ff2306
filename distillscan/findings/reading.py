"""A findings document that was written to a file, read again."""

import json
from typing import cast

from pydantic import ValidationError

from distillscan.errors import ReportError
from distillscan.findings.document import SCHEMA_VERSION, Findings


def read_document(data: bytes) -> Findings:
    """The document in the bytes of a JSON file, of this version or an older minor one.

    Raises:
        ReportError: it is no findings document, or one that this version cannot draw in full.
    """
    try:
        written = json.loads(data)
    except ValueError:
        raise ReportError(
            "this is no JSON; name a file that `report -t json` wrote, or a case with --case"
        ) from None
    version = written.get("schema_version") if isinstance(written, dict) else None
    try:
        major, minor = map(int, cast("str", version).split("."))
    except (AttributeError, ValueError):
        raise ReportError("this is no findings document; name a file that `report -t json` wrote") from None
    own_major, own_minor = map(int, SCHEMA_VERSION.split("."))
    if (major, minor) > (own_major, own_minor):
        raise ReportError(
            f"The document is of version {version}, and this distillscan knows {SCHEMA_VERSION}: "
            "use a newer distillscan."
        )
    if major < own_major:
        raise ReportError(
            f"The document is of version {version}, which this distillscan no longer draws (it knows "
            f"{SCHEMA_VERSION}): use the distillscan it was made with, or scan the log again."
        )
    try:
        return Findings.model_validate(written)
    except ValidationError as failure:
        first = failure.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ReportError(f"the document does not follow its schema at {where}: {first['msg']}") from None
