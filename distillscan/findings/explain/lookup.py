"""From what an analyst types to what the case holds: accounts, clusters and values, by name or pseudonym."""

from dataclasses import dataclass

from distillscan.case.frame import frame, one
from distillscan.errors import QuestionError
from distillscan.findings.explain.question import Question
from distillscan.findings.pseudonyms import ACCOUNT
from distillscan.findings.wording import joined

#: Ids that an error offers instead, and how alike they must be.
_NEAREST, _ALIKE = 3, 0.9


@dataclass(frozen=True)
class Value:
    """A shared value as the case numbers it."""

    number: int
    family: str
    signal: str
    content: str
    broad: bool
    holders: int


def find_account(question: Question, typed: str) -> tuple[int, str]:
    """Return number and id of an account, given its id or its pseudonym.

    Raises:
        QuestionError: no such account sent an accepted request.
    """
    found = one(question.connection, "SELECT account, account_id FROM account WHERE account_id = ?", [typed])
    if found is None and typed.startswith(f"{ACCOUNT}-"):
        found = _by_pseudonym(question, typed)
    if found is None:
        nearest = _nearest(question, typed)
        offer = f"the nearest are {joined(nearest)}" if nearest else "no id in it is like this one"
        raise QuestionError(f"no account {typed!r} has an accepted request in this case; {offer}")
    return int(found[0]), str(found[1])


def _by_pseudonym(question: Question, typed: str) -> tuple[int, str] | None:
    accounts = frame(question.connection, "SELECT account, account_id FROM account ORDER BY account")
    for account, account_id in accounts.iter_rows():
        if question.name(account_id) == typed:
            return account, account_id
    return None


def find_cluster(question: Question, typed: str) -> str:
    """Return the id of a cluster or explained group, given its label, its id or the beginning of its id.

    Raises:
        QuestionError: there is no such group, or more than one.
    """
    names = question.clusters
    label = [key for key, name in names.items() if name.label and name.label.lower() == typed.lower()]
    if label:
        return label[0]
    begins = [key for key in names if typed and key.startswith(typed.lower())]
    if len(begins) == 1:
        return begins[0]
    if begins:
        raise QuestionError(
            f"{typed!r} begins the ids of {joined(sorted(begins))}; type more of the one you mean"
        )
    known = [f"{name.label} ({key})" if name.label else key for key, name in names.items()]
    there = f"there are {joined(known[:20])}" if known else "the scan found none"
    raise QuestionError(f"no cluster is called {typed!r}; {there}")


def find_value(question: Question, typed: str) -> Value:
    """Return a shared value, given its pseudonym, the value itself, or SIGNAL=VALUE.

    Raises:
        QuestionError: no two accounts share such a value, or several signals have it.
    """
    signal, _, content = typed.partition("=")
    known = {
        name for (name,) in question.connection.execute("SELECT DISTINCT signal FROM shared_value").fetchall()
    }
    found = _values(question, signal, content) if signal in known and content else []
    found = found or _values(question, None, typed) or _value_by_pseudonym(question, typed)
    if len(found) == 1:
        return found[0]
    if found:
        ways = [f"{value.signal}={question.pseudonyms.of(value.signal, value.content)}" for value in found]
        raise QuestionError(f"{typed!r} is a value of several signals; ask for one of {joined(ways)}")
    raise QuestionError(
        f"no two accounts share a value {typed!r} (one that a single account holds is no evidence); give it "
        "as SIGNAL=VALUE, such as ip=192.0.2.10, or by its pseudonym"
    )


def _values(question: Question, signal: str | None, content: str) -> list[Value]:
    asked = "content IN ($exact, lower(trim($exact))) AND ($signal IS NULL OR signal = $signal)"
    found = _shared(question, asked, {"exact": content, "signal": signal})
    if found or signal is None:
        return found
    return [value for value in _value_by_pseudonym(question, content) if value.signal == signal]


def _value_by_pseudonym(question: Question, typed: str) -> list[Value]:
    signal = typed.rpartition("-")[0]
    found = _shared(question, "signal = $signal", {"signal": signal})
    return [value for value in found if question.pseudonyms.of(signal, value.content) == typed]


def _shared(question: Question, asked: str, parameters: dict[str, str | None]) -> list[Value]:
    """The shared values for which a condition holds."""
    query = f"""
        SELECT value, family, signal, content, broad, holders FROM shared_value WHERE {asked} ORDER BY value
    """
    return [Value(*row) for row in question.connection.execute(query, parameters).fetchall()]


def _nearest(question: Question, typed: str) -> list[str]:
    rows = question.connection.execute(
        "SELECT account_id FROM (SELECT account_id, jaro_winkler_similarity(account_id, $typed) AS alike "
        "FROM account) WHERE alike > $least ORDER BY alike DESC, account_id LIMIT $offered",
        {"typed": typed, "least": _ALIKE, "offered": _NEAREST},
    ).fetchall()
    return [str(name) for (name,) in rows]
