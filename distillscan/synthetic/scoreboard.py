"""An evaluation as the terminal shows it."""

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from distillscan.reports.terminal.style import label, plain, table, title
from distillscan.reports.wording import count
from distillscan.synthetic.evaluation import Evaluation, Match
from distillscan.synthetic.score import Measure, Score

_ROWS: tuple[tuple[str, Callable[[Score], str]], ...] = (
    ("clusters", lambda score: count(score.campaigns)),
    ("false clusters", lambda score: count(score.false_campaigns)),
    ("accounts: precision / recall", lambda score: _both(score.accounts)),
    ("pairs: precision / recall", lambda score: _both(score.pairs)),
    ("pairs: F1", lambda score: f"{score.pairs.f1:.3f}"),
    ("B-cubed: precision / recall", lambda score: _both(score.b_cubed)),
    ("accounts: count error", lambda score: _error(score.account_count_error)),
    ("requests of members: count error", lambda score: _error(score.member_request_error)),
    ("matching requests: count error", lambda score: _error(score.matching_request_error)),
)


def scoreboard(evaluation: Evaluation) -> RenderableType:
    """Return the scores as one table, and every reported cluster beside what it truly is."""
    heads = [f"{rating.clusters},\n{rating.tiers}" for rating in evaluation.ratings]
    scores = table(label("Measure"), *(Column(head, justify="right") for head in heads))
    for name, figure in _ROWS:
        scores.add_row(name, *(figure(rating.score) for rating in evaluation.ratings))
    campaigns = "campaign" if evaluation.campaigns == 1 else "campaigns"
    heading = f"{count(evaluation.accounts)} accounts in {count(evaluation.campaigns)} true {campaigns}"
    return Group(
        title("Agreement with the truth: ", heading), Text(), scores, Text(), *_clusters(evaluation.matches)
    )


def _clusters(matches: tuple[Match, ...]) -> list[RenderableType]:
    if not matches:
        return [Text("No cluster was reported.")]
    numbers = ("core", "core + probable", "of the core", "of the campaign")
    heads = [Column(name, justify="right") for name in numbers]
    drawn = table("Cluster", "Verdict", "Truly", *heads)
    for match in matches:
        drawn.add_row(
            plain(match.label),
            plain(match.verdict),
            plain(match.campaign or "innocent"),
            count(match.core),
            count(match.upper),
            f"{100 * match.share:.1f} %",
            "" if match.recall is None else f"{100 * match.recall:.1f} %",
        )
    return [title("Reported clusters"), Text(), drawn]


def _both(measure: Measure) -> str:
    return f"{measure.precision:.3f} / {measure.recall:.3f}"


def _error(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:+.1f} %"
