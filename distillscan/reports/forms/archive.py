"""Office files are zip archives; the same content must give the same bytes, whatever the clock says."""

import io
import zipfile
from datetime import datetime

#: The date that stands in office files, because there is no clock in a result: the first a zip can hold.
DATE = datetime(1980, 1, 1)


def with_fixed_times(archive: bytes) -> bytes:
    """The archive with the same members in the same order, every one dated `DATE`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            fixed = zipfile.ZipInfo(member.filename, DATE.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = member.external_attr
            new.writestr(fixed, old.read(member))
    return out.getvalue()
