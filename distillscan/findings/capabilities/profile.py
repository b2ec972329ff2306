"""The capability profile of each cluster: what its requests ask for, set against the rest of the log."""

import math
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from distillscan.association.tails import wilson_interval
from distillscan.case.store import Case
from distillscan.findings.capabilities.matching import find_capabilities
from distillscan.findings.capabilities.passages import fixed_passages, spaced
from distillscan.findings.capabilities.rules import Rules
from distillscan.findings.capabilities.sample import REST, Sample, draw
from distillscan.findings.document import Cluster
from distillscan.findings.document.capabilities import CapabilityProfile, CapabilityShare, FixedInsert
from distillscan.findings.wording import counted, joined, percent

#: Requests of the rest of the log that make a background.
FEW_OTHERS = 100
#: What is half as common elsewhere is no mark of the cluster, nor is a passage of two accounts.
_MIN_LIFT, _MIN_ACCOUNTS = 2.0, 3
_DIGITS = 4

#: What the rules of this package find and get right, of ten; a test holds it to the labelled prompts.
FOUND_OF_TEN, RIGHT_OF_TEN = 9, 9
#: What they find of sets of roundabout requests, of the worst and of the best.
ROUNDABOUT_OF_TEN = (8, 9)


@dataclass(frozen=True)
class _Texts:
    """A group's sampled texts, and which capabilities each has: columns text_id and capability."""

    rows: pl.DataFrame
    found: pl.DataFrame

    def __len__(self) -> int:
        return self.rows.height

    @cached_property
    def spaced(self) -> pl.Series:
        """The texts as passages are searched for in them."""
        return spaced(self.rows["text"])

    def asking(self, capability: str) -> int:
        """How many of the texts have the capability."""
        return self.found.filter(pl.col("capability") == capability).height


def with_capabilities(case: Case, clusters: list[Cluster], rules: Rules) -> list[Cluster]:
    """Return the clusters with the profile of each."""
    if not clusters:
        return clusters
    sample = draw(case, [cluster.cluster_id for cluster in clusters])
    texts = sample.texts.with_row_index("text_id")
    found = find_capabilities(texts["text"], rules).rename({"text": "text_id"})

    def of(group: str) -> _Texts:
        rows = texts.filter(pl.col("cluster_id") == group)
        return _Texts(rows, found.join(rows.select("text_id"), on="text_id", how="semi"))

    rest = of(REST)
    quoted = case.meta("keep_text") != "none"
    return [
        cluster.model_copy(
            update={"capabilities": _profile(cluster, of(cluster.cluster_id), rest, sample, rules, quoted)}
        )
        for cluster in clusters
    ]


def _profile(
    cluster: Cluster, own: _Texts, rest: _Texts, sample: Sample, rules: Rules, quoted: bool
) -> CapabilityProfile:
    shares = [share for rule in rules.capabilities if (share := _share(rule.name, own, rest)) is not None]
    shares.sort(key=lambda share: (-share.share, share.capability))
    return CapabilityProfile(
        sampled=len(own),
        accounts=own.rows["account"].n_unique(),
        background_sampled=len(rest),
        rules=rules.origin,
        statement=_statement(shares, own),
        capabilities=shares,
        other=round(1 - own.found["text_id"].n_unique() / len(own), _DIGITS) if len(own) else None,
        inserts=_inserts(own, rest) if quoted else [],
        note=_note(cluster, own, rest, sample),
        rule_error=_rule_error(rules),
    )


def _share(capability: str, own: _Texts, rest: _Texts) -> CapabilityShare | None:
    """Return the share of one capability; None where neither the cluster nor the rest has any."""
    asking, others = own.asking(capability), rest.asking(capability)
    if not len(own) or not asking + others:
        return None
    low, high = _interval(asking, len(own))
    share = round(asking / len(own), _DIGITS)
    measured = len(rest) >= FEW_OTHERS
    background = others / len(rest) if measured else None
    rest_low, rest_high = _interval(others, len(rest)) if measured else (None, None)
    return CapabilityShare(
        capability=capability,
        requests=asking,
        share=share,
        low=low,
        high=high,
        background=None if background is None else round(background, _DIGITS),
        background_low=rest_low,
        background_high=rest_high,
        lift=round(asking / len(own) / background, 2) if background else None,
        distinct=rest_high is not None and low > rest_high and share >= _MIN_LIFT * (background or 0.0),
    )


def _interval(asking: int, sampled: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, rounded outward."""
    low, high = wilson_interval(asking, sampled)
    scale = 10**_DIGITS
    return math.floor(low * scale) / scale, math.ceil(high * scale) / scale


def _statement(shares: list[CapabilityShare], own: _Texts) -> str:
    if not len(own):
        return "What its requests ask for could not be judged."
    marks = [share for share in shares if share.distinct]
    if marks:
        named = [
            f"{share.capability} ({percent(share.share)}, elsewhere {percent(share.background or 0.0)})"
            for share in marks
        ]
        return f"More of its requests than elsewhere ask for {joined(named)}."
    if any(share.background is not None for share in shares):
        return "No kind of work sets its requests apart from the rest of the log."
    named = [f"{share.capability} ({percent(share.share)})" for share in shares if share.requests]
    return (
        f"Its requests ask for {joined(named)}." if named else "Its requests ask for nothing the rules know."
    )


def _inserts(own: _Texts, rest: _Texts) -> list[FixedInsert]:
    found = []
    for passage in fixed_passages(own.rows["text"]):
        carrying = own.rows.filter(own.spaced.str.contains(passage.words, literal=True))
        share = carrying.height / len(own)
        elsewhere = rest.rows.filter(rest.spaced.str.contains(passage.words, literal=True)).height
        background = elsewhere / len(rest) if len(rest) >= FEW_OTHERS else None
        accounts = carrying["account"].n_unique()
        if accounts < _MIN_ACCOUNTS or share < _MIN_LIFT * (background or 0.0):
            continue
        found.append(
            FixedInsert(
                text=passage.text,
                requests=carrying.height,
                accounts=accounts,
                share=round(share, _DIGITS),
                background=None if background is None else round(background, _DIGITS),
            )
        )
    return sorted(found, key=lambda insert: (-insert.requests, insert.text))


def _note(cluster: Cluster, own: _Texts, rest: _Texts, sample: Sample) -> str:
    drawn = sample.drawn.get(cluster.cluster_id, 0)
    if drawn == 0:
        return f"None of its requests with a prompt was among those sampled {sample.source}."
    if len(own) == 0:
        return (
            f"None of the {counted(drawn, 'prompt')} sampled {sample.source} could be read again: the export "
            "is gone from where it was ingested, or it has changed."
        )
    total = f"{cluster.requests.members_core:,} requests of its core"
    parts = [
        f"Judged on {len(own):,} of the {total} and {len(rest):,} of accounts in no group, drawn by hash"
    ]
    parts.append(f" {sample.source}; intervals are Wilson's at 95 %, as if requests were independent.")
    if len(own) < drawn:
        parts.append(f" {counted(drawn - len(own), 'prompt')} more could not be read again.")
    if len(rest) < FEW_OTHERS:
        parts.append(" The rest of the log is too small a sample to compare with.")
    return "".join(parts)


def _rule_error(rules: Rules) -> str:
    if not rules.built_in:
        return "The rules are the analyst's own; how often they are right was not measured."
    return (
        f"The rules found at least {FOUND_OF_TEN} of 10 labelled requests in usual words, "
        f"{ROUNDABOUT_OF_TEN[0]} to {ROUNDABOUT_OF_TEN[1]} of those in roundabout ones, and at least "
        f"{RIGHT_OF_TEN} of 10 that they named were right "
        "(docs/validation.md)."
    )
