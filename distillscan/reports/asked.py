"""What a cluster was after, as cells and lines of text that more than one report shows."""

from distillscan.findings.document.capabilities import CapabilityProfile, CapabilityShare, FixedInsert
from distillscan.reports.wording import count, counted, percent

TITLE = "What it was after"
KIND, SHARE = "Asks for", "Share (95 %)"
HEADER = (KIND, "Requests", SHARE, "Elsewhere", "Lift")


def cells(asked: CapabilityShare) -> list[str]:
    """One kind of work under :data:`HEADER`; raw text, to be escaped for its place."""
    return [
        asked.capability,
        count(asked.requests),
        f"{percent(asked.share)} ({percent(asked.low)} to {percent(asked.high)})",
        "-" if asked.background is None else percent(asked.background),
        "-" if asked.lift is None else f"{asked.lift:,.1f}",
    ]


def insert(words: FixedInsert) -> str:
    """Who carries some fixed words, in a line; the words themselves stand beside it."""
    elsewhere = "" if words.background is None else f", elsewhere in {percent(words.background)}"
    return (
        f"in {percent(words.share)} of the sampled requests ({count(words.requests)}) of "
        f"{counted(words.accounts, 'account')}{elsewhere}"
    )


def notes(profile: CapabilityProfile) -> list[str]:
    """What the profile rests on, and how often its rules are right, a line each."""
    return [profile.note, *([profile.rule_error] if profile.sampled else [])]
