"""``explain``: why something is judged as it is, down to the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.output import Destination, form_for
from distillscan.cli.reveal import as_asked, note_reveal
from distillscan.errors import QuestionError

if TYPE_CHECKING:
    from distillscan.findings.explain.document import Explanation
    from distillscan.findings.explain.question import Question
    from distillscan.findings.explain.row_table import RowTable

Kind = Literal["cluster", "account", "pair", "value", "prompt"]
#: The forms of an explanation, and of the rows behind it.
Form = Literal["text", "json", "csv", "parquet"]

#: How many ids a question of each kind takes.
_IDS: dict[Kind, dict[int, str]] = {
    "cluster": {1: "one id"},
    "account": {1: "one id", 2: "an account and a cluster"},
    "pair": {2: "two ids"},
    "value": {1: "one id"},
    "prompt": {1: "its text", 2: "a file and a row"},
}
_OF_ROWS = ("csv", "parquet")
#: Stands for a text that comes through a pipe.
_STDIN = "-"

_Kind = Annotated[Kind, typer.Argument(metavar="KIND", help=f"What: {', '.join(_IDS)}.", show_default=False)]
_Names = Annotated[
    list[str],
    typer.Argument(
        metavar="ID...",
        help="Its id, label, pseudonym or value; two of a pair; an account and a cluster; the text of a "
        "prompt (- reads it from stdin), or a file and a row.",
        show_default=False,
    ),
]
_Form = Annotated[
    Form | None,
    typer.Option(
        "--type",
        "-t",
        help="The explanation, or as a table all rows behind it; by default the ending of --output, or text.",
    ),
]
_Rows = Annotated[
    int, typer.Option("--rows", min=0, metavar="N", help="Rows of each value that are named by number.")
]


def explain(
    *,
    kind: _Kind,
    names: _Names,
    form: _Form = None,
    rows: _Rows = 5,
    output: options.Output = None,
    force: options.Force = False,
    reveal: options.Reveal = False,
    capabilities: options.Capabilities = None,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Explain a result: the evidence for and against it in bits, down to file and row.

    `account`: why it is in its cluster and what would remove it, or why it is in none; with a cluster as
    second argument, why it is or is not in that one. `pair`: the evidence for and against two accounts
    belonging together. `cluster`: what it rests on; name it by its label or the beginning of its id.
    `value`: who holds it and which values it is associated with; give its pseudonym, the value itself, or
    SIGNAL=VALUE, such as ip=192.0.2.10. Accounts are named by id or pseudonym. `prompt`: which capabilities
    a request matches, by which rules, and how many points each word gives; give the text, or a file of the
    case and a row number.

    `csv` and `parquet` give the table of all rows behind the figures: account, value, file, SHA-256, row.

    Example: distillscan explain account acct_1

    Example: distillscan explain account acct_1 C1

    Example: distillscan explain pair acct_1 acct_2 --rows 20

    Example: distillscan explain cluster C1 -t parquet -o C1-rows.parquet

    Example: distillscan explain value ip=192.0.2.10 -t json

    Example: distillscan explain prompt "Think it through first, then give the answer alone."
    """
    destination = Destination(output, force)
    form = form_for(form, output, get_args(Form), "text")
    if len(names) not in _IDS[kind]:
        raise QuestionError(f"`explain {kind}` takes {' or '.join(_IDS[kind].values())}, not {len(names)}")
    file = CaseFile(case, threads, memory_limit)
    if kind == "prompt":
        _write(_prompt(file, names, form, capabilities), form, destination)
        return
    from distillscan.cli.scanned import scanned
    from distillscan.findings.explain.question import Question

    findings = scanned(file)
    with file.read() as opened:
        question = Question(opened, findings, listed=rows)
        if form in _OF_ROWS:
            if reveal:
                note_reveal(file)
            _write_rows(_rows(question, kind, names, reveal=reveal), form, destination)
            return
        found = _explained(question, kind, names)
    _write(as_asked(found, file, reveal=reveal), form, destination)


def _prompt(file: CaseFile, names: list[str], form: Form, capabilities: Path | None) -> Explanation:
    """What a prompt asks for; a case is opened only to find a row."""
    if form in _OF_ROWS:
        raise QuestionError("a prompt is one row; take `-t text` or `-t json`")
    from distillscan.findings.capabilities.rules import built_in_rules, load_rules
    from distillscan.findings.explain.prompt import explain_prompt, prompt_of_row

    rules = load_rules(capabilities) if capabilities else built_in_rules()
    if len(names) == 1:
        # what is not UTF-8 among the arguments comes as halves of surrogates, which no text may hold
        typed = names[0].encode(errors="surrogateescape")
        given = typer.get_binary_stream("stdin").read() if names[0] == _STDIN else typed
        return explain_prompt(given.decode(errors="replace"), rules)
    with file.read() as opened:
        text, source = prompt_of_row(opened, *names)
    return explain_prompt(text, rules, source)


def _explained(question: Question, kind: Kind, names: list[str]) -> Explanation:
    from distillscan.findings.explain.account import explain_account
    from distillscan.findings.explain.cluster import explain_cluster
    from distillscan.findings.explain.pair import explain_pair
    from distillscan.findings.explain.value import explain_value

    ask: dict[Kind, Callable[..., Explanation]] = {
        "cluster": explain_cluster,
        "account": explain_account,
        "pair": explain_pair,
        "value": explain_value,
    }
    return ask[kind](question, *names)


def _write(found: Explanation, form: Form, destination: Destination) -> None:
    from distillscan.reports import json_document
    from distillscan.reports.terminal.explain import explanation

    if form == "json":
        destination.write(json_document.render(found))
    else:
        destination.draw(explanation(found))


def _rows(question: Question, kind: Kind, names: list[str], *, reveal: bool) -> RowTable:
    from distillscan.findings.explain.row_table import rows_of_accounts, rows_of_cluster, rows_of_value

    if kind == "cluster":
        return rows_of_cluster(question, names[0], reveal=reveal)
    if kind == "value":
        return rows_of_value(question, names[0], reveal=reveal)
    accounts = names if kind == "pair" else names[:1]
    return rows_of_accounts(question, *accounts, reveal=reveal)


def _write_rows(table: RowTable, form: Form, destination: Destination) -> None:
    from distillscan.reports.row_table import write_csv, write_parquet

    is_csv = form == "csv"
    with destination.opened(binary=not is_csv) as file:
        (write_csv if is_csv else write_parquet)(table, file)
