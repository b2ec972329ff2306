"""The rules that name capabilities: a file that anybody can read and extend, checked as it is read."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

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
        for term in (*self.any, *self.with_, *self.also, *self.without):
            if _group(term) or is_literal(term):
                continue
            if "*" in term.strip("*") or not any(map(str.isalnum, term)):
                raise ValueError(f"{term!r}: a star stands at an end of a term, beside a word")
        return self


class Capability(_Part):
    """A kind of work that requests can ask for; one of its rules is enough.

    A term of ``without`` keeps every rule from holding in its sentence, as if it stood in each of them.
    """

    name: Name
    about: str
    without: tuple[Term, ...] = ()
    rule: tuple[Rule, ...]


class _File(_Part):
    words: dict[str, tuple[Term, ...]] = {}
    capability: tuple[Capability, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [capability.name for capability in self.capability]
        if not names or len(set(names)) < len(names):
            raise ValueError("every capability needs a name of its own, and there must be one")
        return self

    @model_validator(mode="after")
    def _groups_known(self) -> Self:
        rules = [rule for capability in self.capability for rule in capability.rule]
        named = {name for rule in rules for terms in _lists(rule).values() for name in map(_group, terms)}
        unknown = sorted(name for name in named - {None, *self.words} if name)
        if unknown:
            raise ValueError(f"`words` has no {unknown[0]}")
        return self

    def capabilities(self) -> tuple[Capability, ...]:
        """Return the capabilities with the words of each group in place of its name."""
        return tuple(
            capability.model_copy(
                update={"rule": tuple(self._whole(rule, capability) for rule in capability.rule)}
            )
            for capability in self.capability
        )

    def _whole(self, rule: Rule, capability: Capability) -> Rule:
        lists = _lists(rule)
        if rule.within == "sentence":
            lists["without"] = (*rule.without, *capability.without)
        return rule.model_copy(
            update={
                part: tuple(word for term in terms for word in self.words.get(_group(term) or "", (term,)))
                for part, terms in lists.items()
            }
        )


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
