"""What the tests of the case share: small logs, and all a case holds as one comparable value."""

from distillscan.case.store import Case

TABLES = (
    "files",
    "rejects",
    "requests",
    "unowned",
    "duplicates",
    "span",
    "texts",
    "shared_key",
    "shared_text",
    "accounts",
    "edge",
    "edge_join",
    "account_signals",
    "events",
    "anchors",
    "meta",
)


def request(number: int, **fields: object) -> dict[str, object]:
    """One invented request."""
    return {
        "request_id": f"r{number}",
        "account_id": f"a{number % 7}",
        "timestamp": 1767323045 + number,
        "prompt": f"please solve the exercise number {number} step by step and explain",
        **fields,
    }


def contents(case: Case) -> dict[str, list[tuple]]:
    """Every row of every table that ingest writes, in one order."""
    return {
        table: sorted(case.connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        for table in TABLES
    }


def accepted(case: Case) -> list[tuple]:
    """The accepted requests without their place in files."""
    return case.connection.execute(
        "SELECT * EXCLUDE (file_id, row_number, prompt_text, system_text) FROM accepted ORDER BY request_key"
    ).fetchall()
