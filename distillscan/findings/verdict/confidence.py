"""Confidence that the accounts of a cluster act as one, by a rubric of six criteria.

It is about the basis of a finding (sources, coverage, alternatives), and says nothing of how likely it is:
ICD 203 (2015), section D.6.e(2), keeps the two apart.
"""

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.verdict import Confidence, ConfidenceLevel, Criterion
from distillscan.findings.document.whole_log import Population, Tested
from distillscan.findings.verdict.core import carrying_families
from distillscan.findings.wording import counted, joined, percent

_FAMILIES, _PERMUTATIONS = 3, 99
#: Share of records that must have a field, and of the core that must stay together under other settings.
_COVERED = _KEPT = 0.9
_MAX_P = 0.05
#: What requests must carry for CONTENT and NETWORK to be seen.
_FIELDS = ("prompt", "client_ip")
#: Criteria that make confidence moderate, the one on families among them.
_MODERATE = 4


def with_confidence(findings: Findings) -> Findings:
    """Return the findings with the confidence of each cluster, which follows from the document alone."""
    clusters = [
        cluster.model_copy(update={"confidence": _confidence(cluster, findings.tested, findings.population)})
        for cluster in findings.clusters
    ]
    return findings.model_copy(update={"clusters": clusters})


def _confidence(cluster: Cluster, tested: Tested, log: Population) -> Confidence:
    families = _families(cluster)
    criteria = [
        families,
        _coverage(tested, log),
        _chance(cluster, tested),
        _robust(cluster),
        _alternatives(cluster),
        _second_source(cluster),
    ]
    met = sum(criterion.met for criterion in criteria)
    level: ConfidenceLevel = "low"
    if families.met and met >= _MODERATE:
        level = "high" if met == len(criteria) else "moderate"
    return Confidence(
        level=level,
        criteria=criteria,
        statement=f"Confidence that these accounts act as one, and for no innocent cause, is {level}: "
        f"{met} of {len(criteria)} criteria of the rubric are met.",
    )


def _families(cluster: Cluster) -> Criterion:
    names = [family.family for family in carrying_families(cluster.families, cluster.accounts.core)]
    return Criterion(
        name="independent families",
        met=len(names) >= _FAMILIES,
        statement=f"{counted(len(names), 'family', 'families')} of signals carry the core"
        f"{f' ({joined(names)})' if names else ''}; required: {_FAMILIES}.",
    )


def _coverage(tested: Tested, log: Population) -> Criterion:
    listed = log.accounts_in_table / log.accounts
    shares = {"an account row": listed} | {name: log.field_coverage.get(name, 0.0) for name in _FIELDS}
    missing = tested.families_missing
    blind = f", and nothing for {joined(missing)}" if missing else ""
    held = joined([f"{name} in {percent(share)}" for name, share in shares.items()])
    return Criterion(
        name="coverage",
        met=not missing and min(shares.values()) >= _COVERED,
        statement=f"The log has {held}{blind}; required: {percent(_COVERED)} of each, and every family.",
    )


def _chance(cluster: Cluster, tested: Tested) -> Criterion:
    copies = counted(tested.permutations, "permuted copy", "permuted copies")
    found = "No p-value" if cluster.p_value is None else f"p = {cluster.p_value:.2g}"
    return Criterion(
        name="chance",
        met=cluster.p_value is not None
        and cluster.p_value <= _MAX_P
        and tested.permutations >= _PERMUTATIONS,
        statement=f"{found} from {copies}; required: at most {_MAX_P} from {_PERMUTATIONS} or more.",
    )


def _robust(cluster: Cluster) -> Criterion:
    kept = [one.kept / cluster.accounts.core for one in cluster.sensitivity]
    least = min([cluster.stability, *kept])
    return Criterion(
        name="robustness",
        met=bool(kept) and least >= _KEPT,
        statement=f"At worst, {percent(least)} of the core remain with other seeds and under "
        f"{counted(len(kept), 'change')} of the settings; required: {percent(_KEPT)}.",
    )


def _alternatives(cluster: Cluster) -> Criterion:
    tried = cluster.benign_explanations
    untested = [one.name for one in tried if one.result == "not testable"]
    fitting = [one.name for one in tried if one.result == "explains"]
    found = [
        *([f"not testable: {joined(untested)}"] if untested else []),
        *([f"fitting: {joined(fitting)}"] if fitting else []),
    ]
    return Criterion(
        name="alternatives",
        met=bool(tried) and not found,
        statement=f"{counted(len(tried), 'innocent explanation')} tried; "
        f"{'; '.join(found) if found else 'all could be tested, and none fits'}.",
    )


def _second_source(cluster: Cluster) -> Criterion:
    sources = sorted({source for entity in cluster.anchored for source in entity.sources})
    return Criterion(
        name="second source",
        met=bool(sources),
        statement=f"Besides the log, anchors from {counted(len(sources), 'source')} reach its accounts."
        if sources
        else "The log is the only source; no anchor of another source reaches this cluster.",
    )
