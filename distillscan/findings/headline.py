"""The headline: what was found in the whole log, in a sentence or two."""

from datetime import datetime, time

from distillscan.findings.document import Cluster, SmallGroups
from distillscan.findings.verdict.rule import SHELL
from distillscan.findings.wording import counted, joined, matched_by, window


def headline(clusters: list[Cluster], explained: int, small: SmallGroups) -> str:
    """Return what was found; ``explained`` is the number of groups of innocent cause."""
    campaigns = [cluster for cluster in clusters if cluster.verdict == "campaign"]
    found = _campaigns(campaigns) if campaigns else _no_campaign(clusters, explained, small)
    harvests = [
        cluster.label
        for cluster in clusters
        if cluster.verdict == "lead" and cluster.extraction.grade == "high"
    ]
    shells = [
        cluster.label
        for cluster in clusters
        if any(evidence.code == SHELL for evidence in cluster.concealment.evidence)
    ]
    if harvests:
        verb = "is" if len(harvests) == 1 else "are"
        found += f" Of the leads, {joined(harvests)} {verb} graded high for extraction."
    if shells:
        found += (
            f" But for the e-mail domain they share, the accounts of {joined(shells)} would be a campaign."
        )
    return found


def _no_campaign(clusters: list[Cluster], explained: int, small: SmallGroups) -> str:
    others = [cluster.verdict for cluster in clusters]
    if not others:
        beside = [f"{explained} with an innocent explanation"] if explained else []
        beside += [f"{small.groups} of fewer than {counted(small.below, 'account')}"] if small.groups else []
        but = f" but {joined(beside)}" if beside else ""
        return f"No campaign was found, and no other coordinated group{but}."
    named = [counted(others.count(name), name) for name in sorted(set(others))]
    return f"No campaign was found. Coordinated groups of another kind: {joined(named)}."


def _campaigns(campaigns: list[Cluster]) -> str:
    accounts = sum(cluster.accounts.core for cluster in campaigns)
    requests = sum(cluster.requests.members_core for cluster in campaigns)
    first = min(cluster.first_seen for cluster in campaigns)
    last = max(cluster.last_seen for cluster in campaigns)
    when = window(first, last)
    return (
        f"{counted(len(campaigns), 'campaign')} found: {counted(accounts, 'account')} made "
        f"{counted(requests, 'request')} {when}{_matching(campaigns, requests, when)}."
    )


def _matching(campaigns: list[Cluster], requests: int, when: str) -> str:
    """Return how many of so many requests are the campaigns' own, and when, where that is less than all.

    That not all accounts sent such requests is said: the others may be customers of the same seller.
    """
    matching = sum(cluster.requests.matching_core for cluster in campaigns)
    days = [(one.first_matching_day, one.last_matching_day) for one in campaigns]
    firsts, lasts = ([day for day in side if day is not None] for side in zip(*days, strict=True))
    if matching == requests or not firsts:
        return ""
    whose = "its" if len(campaigns) == 1 else "their"
    own = window(*(datetime.combine(day, time()) for day in (min(firsts), max(lasts))))
    then = "" if own == when else f", {own}"
    # a document of an older version does not say how many accounts they are of
    senders = sum(
        one.accounts.core if one.matching_accounts is None else one.matching_accounts for one in campaigns
    )
    all_of_them = senders == sum(one.accounts.core for one in campaigns)
    by = "" if all_of_them else f", sent by {senders:,} of the accounts,"
    own_things = matched_by(one.matching_basis for one in campaigns)
    return f"; {matching:,} of these{by} match {whose} own {own_things}{then}"
