"""What a log format is: a declaration of where its records keep the canonical fields.

A format holds paths and, where a path is not enough, functions from SQL expressions to a SQL expression; all
of it is run over whole columns. A path is a dotted name, ``metadata.user_id``: it finds the key of the whole
name first, then the nested one. A path that starts with ``$`` is a JSON path as it stands, for keys with dots
and for positions: ``$.attributes."gen_ai.system"``, ``$.choices[0].text``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pyarrow as pa

NOT_A_REQUEST = "not_a_request"
#: A gap of logs of figures and headers, and the table to give along with logs that know a user by an id.
NO_TEXT = "No prompt and no answer: there is no evidence from content."
USERS = "--accounts your table of users: e-mail address, payment, sign-up time and address"
#: The records of one line of an exploded format are numbered from the line's number times this. A line has at
#: most so many bytes, so that no two records of a file have one number.
RECORDS_A_LINE = 100_000_000


@dataclass(frozen=True)
class Computed:
    """A value made of several texts: ``sql`` takes one SQL expression a path, and returns one.

    Where there is a ``check``, ``sql`` takes what it makes of the same texts, too.
    """

    paths: tuple[str, ...]
    sql: Callable[..., str]
    #: The beginning of the key, up to its number, that a record with such a value has; empty if none has to.
    mark: str = ""
    #: A condition that other values ask of the same texts, too: it is worked out once for all of them.
    check: Callable[..., str] | None = None


#: A path, a computed value, or several of them of which the first that is present counts.
Source = str | Computed | tuple[str | Computed, ...]


@dataclass(frozen=True)
class Rule:
    """What a record of a format looks like; every part that is given must hold."""

    #: Paths that are there, whatever their value.
    keys: tuple[str, ...] = ()
    #: Of each group, one path at least is there.
    any_of: tuple[tuple[str, ...], ...] = ()
    absent: tuple[str, ...] = ()
    #: The text at a path is one of these.
    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    #: One top-level key starts so.
    key_starts: tuple[str, ...] = ()
    #: One of these texts occurs in the record as JSON; of `silent_on`, none.
    mentions: tuple[str, ...] = ()
    silent_on: tuple[str, ...] = ()

    def described(self) -> tuple[str, ...]:
        """The parts of the rule, each in a few words."""
        return (
            *self.keys,
            *(" or ".join(group) for group in self.any_of),
            *(f"{path} = {' or '.join(words)}" for path, words in self.values.items()),
            *(f"a key {start}..." for start in self.key_starts),
            *([f"the text {' or '.join(self.mentions)}"] if self.mentions else []),
            *(f"no {path}" for path in self.absent),
        )

    @property
    def strength(self) -> int:
        """How much a record must have to fit: the more, the less it fits by chance."""
        wanted = len(self.keys) + len(self.any_of) + 2 * len(self.values)
        return wanted + len(self.key_starts[:1]) + 2 * len(self.mentions[:1])


@dataclass(frozen=True)
class Format:
    """One export format.

    The fields of a request come from ``fields`` where it names them, else from the request and response body.
    """

    name: str
    title: str
    rule: Rule
    fields: Mapping[str, Source]
    kind: str = "requests"
    #: Where the body that the client sent stands, as an object or as JSON in a string; likewise the answer.
    request_body: Source = ()
    response_body: Source = ()
    #: Paths whose value may be JSON in a string; paths that lead through them are found either way.
    documents: tuple[str, ...] = ()
    #: Whether a record is one of this kind, as a SQL condition; the others are rejected as `NOT_A_REQUEST`.
    keep: Computed | None = None
    #: From the SQL expression of a line to that of the list of records, as JSON texts, that stand in it.
    explode: Callable[[str], str] | None = None
    #: The same without SQL, from lines to their records, both tables of row_number and line.
    cut: Callable[[pa.Table], pa.Table] | None = None
    #: From the SQL of those records, a table of row_number and line, to that of what they make together, as
    #: parts of one request do. Every line must keep a record.
    gather: Callable[[str], str] | None = None
    #: Of spans: the paths of their trace, of their own id, and of that of the span around them.
    links: tuple[str, ...] = ()
    #: What the format leaves out, masks or cuts: one plain sentence each, as the documentation says it.
    gaps: tuple[str, ...] = ()
    #: The tables to give along with it, as command-line options with what they add.
    sidecars: tuple[str, ...] = ()
    #: Keys that carry nothing for the analysis; they are not shown as unmapped.
    ignored: tuple[str, ...] = ()

    @property
    def has_several_a_line(self) -> bool:
        """Whether a line may hold several records."""
        return self.explode is not None or self.cut is not None

    def every_path(self) -> tuple[str, ...]:
        """All paths that the format reads, in a fixed order."""
        sources = [*self.fields.values(), self.request_body, self.response_body]
        if self.keep is not None:
            sources.append(self.keep)
        found = [path for source in sources for item in as_alternatives(source) for path in paths_of(item)]
        return tuple(dict.fromkeys(found))


def paths(text: str) -> tuple[str, ...]:
    """The paths that stand in a text, white space between them."""
    return tuple(text.split())


def as_alternatives(source: Source) -> tuple[str | Computed, ...]:
    """A source as the list of places it names."""
    return source if isinstance(source, tuple) else (source,)


def paths_of(item: str | Computed) -> tuple[str, ...]:
    """The paths that one place reads."""
    return (item,) if isinstance(item, str) else item.paths
