"""What an ingest would understand of a file, and the formats there are, for the terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from distillscan.findings.whole_log.support import Support
from distillscan.findings.wording import counted, percent
from distillscan.logs.dryrun.preview import Preview
from distillscan.logs.formats import FORMATS
from distillscan.logs.formats.format import Computed, Format, as_alternatives
from distillscan.reports.terminal.style import figures, item, label, plain, table, title, words

_FLAGS = {
    "prompt_truncated": "prompts are cut",
    "prompt_redacted": "prompts are blacked out",
    "ip_masked": "addresses are masked and left out",
}
#: What is said of a value that is the same in all records.
_SAME = {
    "timestamp": "that may be the time of the export, and another field that of the request",
    "client_ip": "that may be the address of a proxy, and another field the client's",
}
_NO_RECORD = item(plain("there is no record in it"))
_NO_TEXT = "of messages no text of a user can be read: they must be JSON, a list of role and content"
_ONE_CALLER = "if several callers sent them, another field tells them apart"
#: What an analyst looks for, and the canonical fields that show it.
_CARRIED: dict[str, tuple[str, ...]] = {
    "prompts": ("prompt", "messages"),
    "answers": ("response",),
    "address": ("client_ip", "signup_ip"),
    "user agent": ("user_agent",),
    "TLS fingerprint": ("tls_fingerprint",),
    "network": ("asn",),
    "country": ("country", "signup_country"),
    "e-mail": ("email",),
    "payment": ("payment_fingerprint", "payment_bin"),
    "account": ("account_id",),
    "key": ("api_key_id",),
    "end user": ("end_user_id",),
    "upstream account": ("upstream_account_id",),
    "organisation": ("org_id",),
    "inviter": ("inviter_id",),
}


def previewed(seen: Preview, support: Support | None, suggested: str | None) -> RenderableType:
    """One file, or several alike: how it is read, what it fills, what that can show, and a map to edit.

    ``support`` is that of a log of requests with the tables beside it.
    """
    found = seen.recognition
    rejected = [_line("rejected", f"{reason} {count}") for reason, count in seen.rejected.items()]
    if not seen.records:
        said = rejected or [_NO_RECORD]
        return Group(title(plain(_named(seen))), _line("container", seen.container), *said, Text())
    lines: list[RenderableType] = [
        title(plain(_named(seen))),
        _line("container", seen.container),
        _line("format", _format(seen)),
    ]
    lines += [item(plain(remark)) for remark in (found.share and found.doubt, seen.problem) if remark]
    lines += [_line("times", "; ".join(seen.times))] if seen.times else []
    if seen.accounts and seen.files == 1:
        lines.append(
            _line("accounts", f"{seen.accounts:,} different in {counted(seen.records, 'first record')}")
        )
    lines += rejected
    lines += [item(plain(f"no value can be read of {', '.join(seen.unread)}"))] if seen.unread else []
    lines += [item(plain(_NO_TEXT))] if "messages" in seen.filled and "prompt" not in seen.filled else []
    lines += [item(plain(nothing_at(seen)))] if seen.absent else []
    lines += [item(plain(_same(name, text))) for name, text in sorted(seen.same.items())]
    lines += [_line(percent(share), _FLAGS[name]) for name, share in seen.flags.items()]
    lines += [Text(), _filled(seen), Text()]
    lines += [_line("not read", ", ".join(seen.unmapped))] if seen.unmapped else []
    lines += _supported(support) if support else []
    if suggested is not None:
        lines += [Text(), *(plain(line) for line in suggested.splitlines())]
    return Group(*lines, Text())


def nothing_at(seen: Preview) -> str:
    """The lines of the map that find nothing, in a sentence."""
    return f"the first records have nothing where the map says {'; '.join(seen.absent)}"


def _same(name: str, text: str) -> str:
    return f"{name} is {text} in all first records: {_SAME.get(name, _ONE_CALLER)}"


def _supported(support: Support) -> list[RenderableType]:
    claims = ("coordination", "extraction", "concealment")
    return [
        *(_line(family, ", ".join(names)) for family, names in support.signals.items()),
        *(_line(claim, getattr(support, claim)) for claim in claims),
    ]


def _format(seen: Preview) -> str:
    found, first = seen.recognition, counted(seen.records, "first record")
    if not found.share:
        return f"no format fits {first}: fields are found by their canonical names, or by a --map or --format"
    return f"{found.format}, as {percent(found.share)} of {first} show"


def _named(seen: Preview) -> str:
    others = seen.files - 1
    return f"{seen.name} and {counted(others, 'more file')} like it" if others else seen.name


def looked_at(files: int, of: int) -> RenderableType:
    """That some of many files stand for all."""
    return remark(f"{files:,} of {of:,} files are shown, spread over all; an ingest reads each.")


def remark(text: str) -> RenderableType:
    """A line for itself."""
    return Group(plain(text), Text())


def unreadable(name: str, problem: str) -> RenderableType:
    """A file that cannot be read in any format."""
    return Group(title(plain(name)), item(plain(problem)), Text())


def _line(name: str, said: str) -> RenderableType:
    return item(plain(f"{name}: {said}"))


def _filled(seen: Preview) -> RenderableType:
    drawn = table(label("Field"), *figures("filled"))
    for name, share in seen.filled.items():
        drawn.add_row(plain(name), percent(share))
    return drawn if seen.filled else plain("no field has a value", "dim")


def listed(formats: Iterable[Format] = FORMATS) -> RenderableType:
    """The formats with what each carries."""
    drawn = table(label("Format"), words("what it is"), words("carries"))
    drawn.add_row(
        plain("flat"), plain("records with the canonical names, or a column map"), plain("what it has")
    )
    for known in formats:
        drawn.add_row(plain(known.name), plain(known.title), plain(", ".join(_carried(known))))
    return drawn


def described(known: Format) -> RenderableType:
    """One format: how it is recognised, where its fields stand, what it lacks and what to add."""
    drawn = table(label("Field"), words("read from"))
    for name, source in known.fields.items():
        drawn.add_row(plain(name), plain(" or ".join(_place(place) for place in as_alternatives(source))))
    for name, source in (("request body", known.request_body), ("response body", known.response_body)):
        if source:
            drawn.add_row(name, plain(" or ".join(_place(place) for place in as_alternatives(source))))
    return Group(
        title(plain(f"{known.name}: {known.title}")),
        _line("holds", known.kind),
        _line("recognised by", ", ".join(known.rule.described())),
        _line("carries", ", ".join(_carried(known))),
        *(_line("lacks", gap) for gap in known.gaps),
        *(_line("add", sidecar) for sidecar in known.sidecars),
        Text(),
        drawn,
    )


def _place(place: str | Computed) -> str:
    if isinstance(place, str):
        return place
    return " and ".join(place.paths) or "always the same"


def _carried(format_: Format) -> tuple[str, ...]:
    """What a format can carry when its exporter writes all it can."""
    fields = set(format_.fields)
    if format_.request_body:
        fields |= {"prompt", "end_user_id"}
    if format_.response_body:
        fields.add("response")
    return tuple(word for word, names in _CARRIED.items() if fields.intersection(names))
