"""What a prompt is taken to ask for, and by which words, drawn."""

from rich.console import RenderableType
from rich.text import Text

from distillscan.findings.explain.document.prompt import HeldRule, PromptExplanation, ScorecardResult
from distillscan.reports.terminal.explain.parts import closed, rows
from distillscan.reports.terminal.style import figures, item, plain, table, title, words
from distillscan.reports.wording import count, counted

_PARTS = {"any": "has", "with": "with", "also": "and also"}


def prompt(found: PromptExplanation) -> RenderableType:
    """The drawing of what a prompt is taken to ask for."""
    asked = ", ".join(found.capabilities) or "nothing that the rules know"
    parts: list[RenderableType] = [title("prompt", "  ", plain(f"asks for {asked}", "dim"))]
    if found.source:
        parts.append(plain(rows([found.source]), "dim"))
    size = f"{counted(found.sentences, 'sentence')}, {counted(found.characters, 'character')}"
    parts.append(plain(f"{size}, of which {count(found.read)} are judged; rules: {found.rules}"))
    for card in found.scorecards:
        parts += [Text(), Text(f"Scorecard of {card.capability}", style="bold"), *_scorecard(card)]
    parts += [Text("\nRules that hold", style="bold")]
    parts += [item(plain(_held(rule))) for rule in found.held] or [item(plain("none"))]
    return closed(parts, found.sentence)


def _scorecard(card: ScorecardResult) -> list[RenderableType]:
    best = card.best
    drawn = table(words("Entry"), words("stands as"), *figures("points"))
    for entry in best.entries:
        drawn.add_row(plain(entry.entry), plain(", ".join(entry.words)), f"{entry.points:+d}")
    of_words = f"for the {counted(best.words, 'word')} of the passage"
    of_passages = f"for the {counted(card.passages, 'passage')} of the prompt"
    drawn.add_row("", plain(of_words), _paid(best.paid_for_words))
    drawn.add_row("", plain(of_passages), _paid(best.paid_for_passages))
    drawn.add_row("", Text("left", style="bold"), Text(str(best.left), style="bold"))
    drawn.add_row("", "asked for", str(card.least))
    place = f"Best is {best.place}; each entry counts once there."
    return [plain(place, "dim"), Text(), drawn]


def _paid(points: int) -> str:
    return f"-{points}" if points else "0"


def _held(rule: HeldRule) -> str:
    where = f"in sentence {rule.sentence}" if rule.sentence else "in the prompt"
    said = "; ".join(f"{_PARTS[part]} {', '.join(found)}" for part, found in rule.words.items())
    return f"{rule.capability} ({rule.language}), {where}: {said}"
