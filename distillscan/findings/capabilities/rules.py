"""The rules that name capabilities: a file that anybody can read and extend, checked as it is read."""

from __future__ import annotations

import hashlib
import re
import tomllib
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


class Entry(_Part):
    """An entry of a scorecard: the points it gives, once, where one of its words stands."""

    term: Term
    points: int
    words: tuple[Term, ...]


class _Passing(_Part):
    """What a passage needs: ``least`` points or more, and those that it pays.

    A passage is so many ``sentences`` in a row. It pays a point for every ``words_a_point`` of its words,
    since a long one has more words of every kind, and the ``doubling`` points each time that the passages of
    the prompt double beyond four, since the best of many has more points by chance.
    """

    least: int = Field(ge=1)
    sentences: int = Field(ge=1, le=20)
    words_a_point: int = Field(ge=1)
    doubling: int = Field(ge=0)


class Scorecard(_Passing):
    """Points for words: a passage that has enough of them asks for the capability."""

    entries: tuple[Entry, ...]


class Capability(_Part):
    """A kind of work that requests can ask for: one of its rules is enough, or its scorecard."""

    name: Name
    about: str
    rule: tuple[Rule, ...] = ()
    scorecard: Scorecard | None = None


class _Points(_Passing):
    """A scorecard as a file has it."""

    points: dict[int, tuple[Term, ...]]

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        terms = [term for listed in self.points.values() for term in listed]
        _check(terms)
        twice = sorted(term for term in set(terms) if terms.count(term) > 1)
        if twice:
            raise ValueError(f"{twice[0]!r} has points twice")
        return self


class _InFile(_Part):
    """A capability as a file has it.

    A term of ``without`` keeps every rule from holding in its sentence, as if it stood in each of them.
    """

    name: Name
    about: str
    without: tuple[Term, ...] = ()
    rule: tuple[Rule, ...] = ()
    scorecard: _Points | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not self.rule and self.scorecard is None:
            raise ValueError("a capability needs a rule or a scorecard")
        return self

    def groups(self) -> set[str]:
        """Return the names of the groups of words that it speaks of."""
        lists = [terms for rule in self.rule for terms in _lists(rule).values()]
        if self.scorecard:
            lists += self.scorecard.points.values()
        return {name for terms in lists for term in terms if (name := _group(term))}


class _File(_Part):
    words: dict[str, tuple[Term, ...]] = {}
    capability: tuple[_InFile, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [capability.name for capability in self.capability]
        if not names or len(set(names)) < len(names):
            raise ValueError("every capability needs a name of its own, and there must be one")
        return self

    @model_validator(mode="after")
    def _groups_known(self) -> Self:
        named = set[str]().union(*(capability.groups() for capability in self.capability))
        unknown = sorted(named - set(self.words))
        if unknown:
            raise ValueError(f"`words` has no {unknown[0]}")
        return self

    def capabilities(self) -> tuple[Capability, ...]:
        """Return the capabilities with the words of each group in place of its name."""
        return tuple(
            Capability(
                name=capability.name,
                about=capability.about,
                rule=tuple(self._whole(rule, capability) for rule in capability.rule),
                scorecard=self._scorecard(capability.scorecard),
            )
            for capability in self.capability
        )

    def _whole(self, rule: Rule, capability: _InFile) -> Rule:
        lists = _lists(rule)
        if rule.within == "sentence":
            lists["without"] = (*rule.without, *capability.without)
        return rule.model_copy(
            update={
                part: tuple(word for term in terms for word in self._named(term))
                for part, terms in lists.items()
            }
        )

    def _scorecard(self, card: _Points | None) -> Scorecard | None:
        if card is None:
            return None
        return Scorecard(
            **card.model_dump(include=set(_Passing.model_fields)),
            entries=tuple(
                Entry(term=term, points=points, words=self._named(term))
                for points, terms in card.points.items()
                for term in terms
            ),
        )

    def _named(self, term: str) -> tuple[Term, ...]:
        return self.words.get(_group(term) or "", (term,))


class Rules(_Part):
    """A whole set of rules, and ``origin``: where it is from, with a digest of its text."""

    origin: str
    capabilities: tuple[Capability, ...]

    @property
    def built_in(self) -> bool:
        """Whether these are the rules that come with the tool, whose error rate has been measured."""
        return self.origin.startswith(_BUILT_IN)


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


def _lists(rule: Rule) -> dict[str, tuple[Term, ...]]:
    return {"any": rule.any, "with_": rule.with_, "also": rule.also, "without": rule.without}


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
    return Rules(origin=f"{origin} {digest[:16]}", capabilities=found.capabilities())
