"""``explain``: why something is judged as it is, down to the rows."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distillscan.cli.case_file import CaseFile
from distillscan.cli.options import (
    DEFAULT_CASE,
    Case,
    Debug,
    Force,
    MemoryLimit,
    Output,
    Quiet,
    Reveal,
    Threads,
)
from distillscan.cli.output import refuse_overwriting, write_result
from distillscan.cli.reveal import as_asked
from distillscan.cli.screen import PIPE_WIDTH, show_result
from distillscan.errors import QuestionError

if TYPE_CHECKING:
    from distillscan.findings.explain import Explanation, Question


class Kind(StrEnum):
    """What can be explained."""

    CLUSTER = "cluster"
    ACCOUNT = "account"
    PAIR = "pair"
    VALUE = "value"


class ExplanationFormat(StrEnum):
    """The forms of an explanation."""

    TEXT = "text"
    JSON = "json"


def explain(
    *,
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help=f"What: {', '.join(Kind)}.", show_default=False)
    ],
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...", help="Its id, label, pseudonym or value; two of a pair.", show_default=False
        ),
    ],
    form: Annotated[
        ExplanationFormat, typer.Option("--type", "-t", help="The form of the explanation.")
    ] = ExplanationFormat.TEXT,
    output: Output = None,
    force: Force = False,
    reveal: Reveal = False,
    case: Case = DEFAULT_CASE,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say why something is judged as it is: the evidence in bits, for and against, down to file and row.

    `account`: why it is in its cluster, what would take it out, or why it is in none. `pair`: what speaks for
    and against two accounts belonging together. `cluster`: what it rests on, by its label or the beginning
    of its id. `value`: who holds it and what it goes together with; type its pseudonym, the value itself, or
    SIGNAL=VALUE, such as ip=192.0.2.10. Accounts are named by id or pseudonym.

    Example: distillscan explain account acct_1

    Example: distillscan explain pair acct_1 acct_2

    Example: distillscan explain cluster C1 -t json -o C1.json

    Example: distillscan explain value ip=192.0.2.10
    """
    refuse_overwriting(output, force=force)
    wanted = 2 if kind is Kind.PAIR else 1
    if len(names) != wanted:
        raise QuestionError(
            f"`explain {kind}` takes {'two ids' if wanted == 2 else 'one id'}, not {len(names)}"
        )
    from distillscan.cli.scanned import scanned
    from distillscan.findings.explain import Question

    file = CaseFile(case, threads, memory_limit)
    findings = scanned(file, quiet=quiet)
    with file.read() as opened:
        found = _explained(Question(opened, findings), kind, names)
    found = as_asked(found, file, reveal=reveal)
    _write(found, form, output, force=force, quiet=quiet)


def _explained(question: Question, kind: Kind, names: list[str]) -> Explanation:
    from distillscan.findings.explain import explain_account, explain_cluster, explain_pair, explain_value

    ask: dict[Kind, Callable[..., Explanation]] = {
        Kind.CLUSTER: explain_cluster,
        Kind.ACCOUNT: explain_account,
        Kind.PAIR: explain_pair,
        Kind.VALUE: explain_value,
    }
    return ask[kind](question, *names)


def _write(
    found: Explanation, form: ExplanationFormat, output: Path | None, *, force: bool, quiet: bool
) -> None:
    from distillscan.reports import json_document
    from distillscan.reports.terminal import as_text
    from distillscan.reports.terminal.explain import explanation

    if form is ExplanationFormat.JSON:
        write_result(json_document.render_explanation(found), output, force=force, quiet=quiet)
    elif output is None:
        show_result(explanation(found))
    else:
        write_result(as_text(explanation(found), PIPE_WIDTH), output, force=force, quiet=quiet)
