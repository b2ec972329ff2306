"""Sentences and lists over one cluster of the findings document that more than one report shows."""

from distillscan.findings.document import Cluster
from distillscan.findings.document.shared import Template
from distillscan.findings.document.verdict import Confidence, Finding
from distillscan.findings.document.whole_log import Tested
from distillscan.findings.verdict.core import carrying_families
from distillscan.findings.wording import declares, matched_by, window
from distillscan.reports.wording import at_least, at_most, count, counted, day, percent


def ready(cluster: Cluster) -> list[tuple[str, str]]:
    """The sentences of a cluster, each under the name of its form."""
    if cluster.sentence == cluster.sentence_upper:
        exact = [("core, no probable accounts", cluster.sentence)]
    else:
        exact = [("core", cluster.sentence), ("core + probable", cluster.sentence_upper)]
    # nobody publishes that a company asks much, or that a lead might be something
    use = "for publication" if cluster.verdict == "campaign" else "with matching requests"
    return [*exact, (use, _rounded(cluster))]


def _rounded(cluster: Cluster) -> str:
    """The sentence between the lower and the upper form, each rounded outward."""
    lower, upper = accounts(cluster)
    requests = cluster.requests
    return (
        f"{_range(lower, upper)} accounts made {_range(requests.members_core, requests.members_upper)} "
        f"requests {window(cluster.first_seen, cluster.last_seen)}; "
        f"{matching(cluster, _range(requests.matching_core, requests.matching_upper))}."
    )


def _range(lower: int, upper: int) -> str:
    return count(lower) if lower == upper else f"{at_least(lower)} to {at_most(upper)}"


def matching(cluster: Cluster, figure: str) -> str:
    """How many of its requests are the cluster's own, and its limits; ``figure`` is how many match."""
    error, requests = cluster.count_error, cluster.requests
    if error is None and requests.matching_core == requests.members_core:
        return (
            "which of them are the cluster's own cannot be told, because it has hardly any text or address "
            "of its own"
        )
    found = f"{figure} of them match the cluster's own {matched_by([cluster.matching_basis])}"
    if error is None:
        return found
    least, most = error.limits(requests.matching_core)
    if least == most:
        return found
    upper = count(most) if most == requests.members_core else at_most(most)
    if least == 0:
        found += ", which does not say what they were sent for"
        return f"{found}; of the core's requests, up to {upper} are its own"
    if error.open and error.missed:
        found += "; nothing shows that the others are ordinary, so they may be its own too"
    return f"{found}; of the core's requests, {at_least(least)} to {upper} are its own (95 % limits)"


def accounts(cluster: Cluster) -> tuple[int, int]:
    """Accounts of the core, and of the core and the probable tier together: the lower and the upper count."""
    return cluster.accounts.core, cluster.accounts.core + cluster.accounts.probable


def findings(cluster: Cluster) -> list[tuple[str, Finding]]:
    """The three findings of a cluster with their names, in the order they are always shown."""
    return [
        ("coordination", cluster.coordination),
        ("extraction", cluster.extraction),
        ("concealment", cluster.concealment),
    ]


def wrongly_included(cluster: Cluster) -> int:
    """The most core accounts that are wrong, as far as scores say: each has odds of nine to one or better."""
    return -(-cluster.accounts.core // 10)


def earlier(cluster: Cluster) -> str | None:
    """What a cluster has in common with those of earlier cases, in a phrase; None if none was compared."""
    if cluster.earlier is None:
        return None
    found = (
        f"{one.label} of {one.bundle}: {counted(one.shared_accounts, 'account')}, "
        f"{counted(one.shared_values, 'value')}"
        for one in cluster.earlier
    )
    return "; ".join(found) or "none"


def families_present(cluster: Cluster) -> list[str]:
    """The families that tie a quarter of the core or more, as coordination counts them."""
    carrying = carrying_families(cluster.families, cluster.accounts.core)
    return [evidence.family for evidence in carrying]


def families(cluster: Cluster, tested: Tested) -> str:
    """The families that tie the cluster, counted and named, and those that tie little of it."""
    present = families_present(cluster)
    few = [tie.family for tie in cluster.families if tie.family not in present]
    named = f"{len(present)} of {counted(len(tested.families), 'family', 'families')} ({', '.join(present)})"
    tie = "ties" if len(few) == 1 else "tie"
    return f"{named}; {', '.join(few)} {tie} less than a quarter of the core" if few else named


def declared(cluster: Cluster) -> str:
    """The common identity the accounts declare, in a sentence."""
    identity = cluster.declared_identity
    if identity is None:
        return "No common identity is declared."
    return f"{declares(identity, percent(identity.share))}."


def template(used: Template) -> str:
    """How much a template was used and by whom, in a line."""
    others = used.accounts - used.core_accounts
    beside = f" and {counted(others, 'other account')}" if others else ""
    return (
        f"{counted(used.requests, 'request')} with {counted(used.distinct_prompts, 'distinct prompt')} since "
        f"{day(used.first_seen)}, by {counted(used.core_accounts, 'core account')}{beside}"
    )


def sensitivity(cluster: Cluster) -> str:
    """What other settings and the loss of each family make of a cluster, in a sentence."""
    parts = [
        f"{variant.setting}: {count(variant.core_accounts)} ({count(variant.kept)} of these)"
        for variant in cluster.sensitivity
    ]
    return f"Core accounts under other settings: {'; '.join(parts)}."


def peak(cluster: Cluster) -> str:
    """The busiest day of a cluster, in a sentence."""
    busiest = cluster.peak_day
    return (
        f"Busiest day: {busiest.day.isoformat()}, {counted(busiest.requests, 'request')} of "
        f"{counted(busiest.accounts, 'account')}."
    )


def confidence(level: Confidence) -> list[str]:
    """How sure it is that a cluster is one, then each criterion with what became of it."""
    criteria = [f"{'Met' if one.met else 'Not met'}: {one.name}. {one.statement}" for one in level.criteria]
    return [level.statement, *criteria]
