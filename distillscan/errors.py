"""What can go wrong, one type per layer; the command line turns each into one line and an exit code."""


class DistillscanError(Exception):
    """Any failure the analyst can act on; its text says what to do."""

    exit_code = 2


class LogError(DistillscanError):
    """An input file that cannot be read, or a mapping that does not fit it."""


class CaseError(DistillscanError):
    """A case file that is missing, locked, unwritable or of another version."""


class UnfitDataError(DistillscanError):
    """The data was read, but too little of it is usable to conclude anything."""

    exit_code = 3


class ReportError(DistillscanError):
    """A result that cannot be drawn or written as asked."""


class QuestionError(DistillscanError):
    """A question about something that the case does not hold, or that it holds several of."""


class EvidenceError(DistillscanError):
    """An evidence bundle that cannot be sealed, read or signed."""


def one_line(error: Exception) -> str:
    """The first line of the text of a library's error, cut: what to put behind words of our own."""
    return str(error).partition("\n")[0][:200]
