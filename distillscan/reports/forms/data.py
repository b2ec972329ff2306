"""A table for a program: CSV with a header, or JSON with its columns, rows and footnotes."""

import json

from distillscan.reports.escape import json_text
from distillscan.reports.tables.table import Table
from distillscan.reports.tabular import iso_times, to_csv


def to_csv_text(table: Table) -> str:
    """The exact values under the columns' names; empty cells where there is none."""
    return to_csv(table.rows).decode()


def to_json(table: Table) -> str:
    """An object with the name, title, columns, rows (an object each) and footnotes; ends with a newline."""
    columns = [
        {"name": column.name, "title": column.title, "kind": column.kind, "unit": column.unit}
        for column in table.columns
    ]
    whole = {
        "name": table.name,
        "title": table.title,
        "columns": columns,
        "rows": iso_times(table.rows).to_dicts(),
        "footnotes": table.footnotes,
    }
    return json_text(json.dumps(whole, indent=2, ensure_ascii=False, default=str)) + "\n"
