"""``decide``: the analyst's own word on a cluster or an account."""

from typing import Annotated

import typer

from distillscan.choices import Word
from distillscan.cli import options
from distillscan.cli.case_file import CaseFile
from distillscan.cli.screen import is_quiet, show_result

_Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="A cluster's label or id, or an account.", show_default=False)
]
_Word = Annotated[
    Word, typer.Argument(metavar="accept|reject|comment", help="The decision.", show_default=False)
]
_Text = Annotated[str, typer.Argument(metavar="TEXT", help="Why.", show_default=False)]
_By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Whose decision it is.")]


def decide(
    *,
    target: _Target,
    word: _Word,
    text: _Text,
    by: _By = None,
    case: options.Case = options.DEFAULT_CASE,
    threads: options.Threads = None,
    memory_limit: options.MemoryLimit = None,
) -> None:
    """Record your decision on a cluster or an account, with its reason.

    Decisions are kept in case.decisions.jsonl beside the case, with the time; each line holds the hash of
    the one before. None is ever changed: a later decision is added to it. Reports show them and `seal`
    includes them, with your text unchanged, so name nobody in it who must not be named in the bundle.

    Example: distillscan decide C1 accept "Cards and templates checked in the export." --by "Lea Example"
    """
    from distillscan.cli.scanned import scanned
    from distillscan.evidence import decisions
    from distillscan.reports.decisions import sentence
    from distillscan.reports.terminal.style import plain

    file = CaseFile(case, threads, memory_limit)
    findings = scanned(file)
    # open for writing, so that two decisions are never written at once
    with file.write() as opened:
        made = decisions.decide(opened, findings, target, word, text, by)
    if not is_quiet():
        show_result(plain(sentence(made, findings)))
