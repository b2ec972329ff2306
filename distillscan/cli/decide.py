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
    """Write down what you decided on a cluster or an account, and why.

    Decisions stand in case.decisions.jsonl beside the case, with the time, each line bound to the one before
    by its hash; none is ever changed, a later one stands beside it. Reports show them, and `seal` takes them
    along, your words as they are: name nobody in them whom the bundle is not to name.

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
