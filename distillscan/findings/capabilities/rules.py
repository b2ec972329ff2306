"""The rules that name capabilities: a file that anybody can read and extend, checked as it is read."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from distillscan.errors import ReportError

#: The capability whose rules ask for a chain of thought.
ELICITATION = "reasoning elicitation"
_BUILT_IN, _FILE = "built-in", "file"
_GROUP = re.compile(r"\{(\w+)\}")

Term = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    """Terms that must stand together: one of ``any``, of ``with``, of ``also``, and none of ``without``."""

    language: str
    any: tuple[Term, ...]
    with_: tuple[Term, ...] = ()
    also: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    within: Literal["sentence", "prompt"] = "sentence"

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=lambda name: name.rstrip("_"))

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        if not self.any:
            raise ValueError("`any` names no term")
        _check([*self.any, *self.with_, *self.also, *self.without])
        return self


class Scorecard(_Part):
    """Points for words: a passage that has ``least`` of them or more asks for the capability.

    A term under ``points`` gives them once, where one of its words stands. A passage is so many ``sentences``
    in a row. It pays a point for every ``words_a_point`` of its words, since a long one has more words of
    every kind, and the ``doubling`` points each time that the passages of the prompt double beyond four,
    since the best of many has more points by chance.
    """

    least: int = Field(ge=1)
    sentences: int = Field(ge=1, le=20)
    words_a_point: int = Field(ge=1)
    doubling: int = Field(ge=0)
    points: dict[int, tuple[Term, ...]]

    @property
    def entries(self) -> list[tuple[Term, int]]:
        """The terms, each with its points."""
        return [(term, points) for points, terms in self.points.items() for term in terms]

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        terms = [term for term, _ in self.entries]
        _check(terms)
        twice = sorted(term for term in set(terms) if terms.count(term) > 1)
        if twice:
            raise ValueError(f"{twice[0]!r} has points twice")
        return self


class Capability(_Part):
    """A kind of work that requests can ask for: one of its rules is enough, or its scorecard.

    A term of ``without`` keeps every rule from holding in its sentence, as if it stood in each of them.
    """

    name: Name
    about: str
    without: tuple[Term, ...] = ()
    rule: tuple[Rule, ...] = ()
    scorecard: Scorecard | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not self.rule and self.scorecard is None:
            raise ValueError("a capability needs a rule or a scorecard")
        return self

    def lists(self, rule: Rule) -> dict[str, tuple[Term, ...]]:
        """Return the terms of a rule of this capability by their list."""
        without = (*rule.without, *self.without) if rule.within == "sentence" else rule.without
        return {"any": rule.any, "with": rule.with_, "also": rule.also, "without": without}


class _File(_Part):
    words: dict[str, Annotated[tuple[Term, ...], Field(min_length=1)]] = {}
    capability: tuple[Capability, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [capability.name for capability in self.capability]
        if not names or len(set(names)) < len(names):
            raise ValueError("every capability needs a name of its own, and there must be one")
        return self

    @model_validator(mode="after")
    def _groups_known(self) -> Self:
        lists = [terms for one in self.capability for rule in one.rule for terms in one.lists(rule).values()]
        cards = [one.scorecard for one in self.capability if one.scorecard]
        lists += [terms for card in cards for terms in card.points.values()]
        named = {name for terms in lists for term in terms if (name := _group(term))}
        unknown = sorted(named - set(self.words))
        if unknown:
            raise ValueError(f"`words` has no {unknown[0]}")
        return self


@dataclass(frozen=True, eq=False)
class Rules:
    """A whole set of rules, and ``origin``: where it is from, with a digest of its text."""

    origin: str
    capabilities: tuple[Capability, ...]
    groups: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)

    @property
    def built_in(self) -> bool:
        """Whether these are the rules that come with the tool, whose error rate has been measured."""
        return self.origin.startswith(_BUILT_IN)

    def words(self, term: Term) -> tuple[Term, ...]:
        """Return the words that a term stands for: those of its group, or itself."""
        return self.groups.get(_group(term) or "", (term,))


def from_file(origin: str) -> bool:
    """Whether rules of this origin were an analyst's own."""
    return origin.startswith(_FILE)


def _check(terms: list[str]) -> None:
    """Refuse terms with a star elsewhere than at an end, or with nothing to look for."""
    for term in terms:
        if _group(term) or is_literal(term):
            continue
        if "*" in term.strip("*") or not any(map(str.isalnum, term)):
            raise ValueError(f"{term!r}: a star stands at an end of a term, beside a word")


def _group(term: str) -> str | None:
    """The name of the group of words that a term stands for, if it does."""
    named = _GROUP.fullmatch(term)
    return named[1] if named else None


def is_literal(term: str) -> bool:
    """Whether a term stands between back quotes: looked for letter by letter, not as words."""
    return len(term) > 2 and term.startswith("`") and term.endswith("`")


@cache
def built_in_rules() -> Rules:
    """Return the rules that come with the tool."""
    return _parsed(files(__package__).joinpath("capabilities.toml").read_bytes(), _BUILT_IN)


def load_rules(path: Path) -> Rules:
    """Return the rules of a file.

    Raises:
        ReportError: the file cannot be read, is no TOML, or breaks the form; it says where.
    """
    try:
        return _parsed(path.read_bytes(), _FILE)
    except OSError as error:
        raise ReportError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} is no TOML in UTF-8: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ReportError(f"{path} holds no capability rules: {where}: {first['msg']}") from error


def _parsed(text: bytes, origin: str) -> Rules:
    # a digest of the text that TOML reads, so that the line ends of a checkout do not count
    plain = text.decode("utf-8").replace("\r\n", "\n")
    found = _File.model_validate(tomllib.loads(plain))
    digest = hashlib.sha256(plain.encode()).hexdigest()
    return Rules(origin=f"{origin} {digest[:16]}", capabilities=found.capability, groups=found.words)
