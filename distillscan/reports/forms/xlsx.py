"""Tables as an Excel workbook: a sheet each, exact values in typed cells, no text a formula."""

import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from distillscan.errors import ReportError
from distillscan.reports.escape import is_formula, visible, xml
from distillscan.reports.forms.archive import DATE
from distillscan.reports.tables.table import Column, Kind, Table, Value

MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
_WIDTH = {Kind.TEXT: 22, Kind.TIME: 19, Kind.DAY: 12}
_NUMBERS = {
    Kind.COUNT: "#,##0",
    Kind.RATE: "#,##0.00",
    Kind.SHARE: '0.0" "%',
    Kind.P_VALUE: "0.0000",
    Kind.FIGURE: "#,##0.000",
    Kind.TIME: "yyyy-mm-dd hh:mm:ss",
    Kind.DAY: "yyyy-mm-dd",
}


def render(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet a table, and a last one with all footnotes.

    Raises:
        ReportError: a table has more rows than a sheet can hold.
    """
    out = io.BytesIO()
    # the date of the members of the archive is fixed by the library, that of the properties here
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": tables[0].title, "created": DATE})
        for table in tables:
            _sheet(book, table)
        _notes(book, tables)
    return out.getvalue()


def _sheet(book: Workbook, table: Table) -> None:
    if len(table.rows) >= MOST_ROWS:
        raise ReportError(
            f"{table.name} has {len(table.rows):,} rows, more than a worksheet holds; use -t csv instead."
        )
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(1, 1)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    quoted = book.add_format({"quote_prefix": True})
    for place, column in enumerate(table.columns):
        number = _NUMBERS.get(column.kind)
        cells = book.add_format({"num_format": number} if number else {})
        sheet.set_column(place, place, _WIDTH.get(column.kind, 14), cells)
        sheet.write_string(0, place, column.name, head)
        for row, value in enumerate(table.rows[column.name], start=1):
            _cell(sheet, row, place, value, cells, quoted)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)


def _cell(sheet: Worksheet, row: int, place: int, value: Value, cells: Format, quoted: Format) -> None:
    if isinstance(value, str):
        text = xml(visible(value))[:_MOST_CHARACTERS]
        # with the quote prefix it stays a text when somebody edits the cell
        sheet.write_string(row, place, text, quoted if is_formula(text) else cells)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(row, place, value, cells)
    elif value is not None:
        sheet.write_number(row, place, value, cells)


def _notes(book: Workbook, tables: Sequence[Table]) -> None:
    sheet = book.add_worksheet("notes")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 120, wrapped)
    row = 0
    for notes, names in _shared_notes(tables).items():
        for note in notes:
            sheet.write_string(row, 0, names, bold)
            sheet.write_string(row, 1, xml(visible(note)), wrapped)
            row += 1
    for table in tables:
        for column in table.columns:
            sheet.write_string(row, 0, table.name, bold)
            sheet.write_string(row, 1, _meaning(column), wrapped)
            row += 1


def _shared_notes(tables: Sequence[Table]) -> dict[tuple[str, ...], str]:
    """Footnotes once, with the names of the tables that have them."""
    names: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        names.setdefault(table.footnotes, []).append(table.name)
    return {notes: ", ".join(several) for notes, several in names.items()}


def _meaning(column: Column) -> str:
    unit = f", {column.unit}" if column.unit else ""
    return f"{column.name}: {column.title} ({column.kind}{unit}); an empty cell means: {column.absent}"
