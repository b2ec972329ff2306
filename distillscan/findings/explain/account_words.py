"""What the explanation of an account says in words: what is missing, what differs, and the sentence."""

from distillscan.clusters.scores import CORE_BITS, CORE_FAMILIES, PROBABLE_BITS
from distillscan.findings.document.counts import Tier
from distillscan.findings.explain.document.account import AccountExplanation
from distillscan.findings.explain.question import printed
from distillscan.findings.explain.standing import Standing
from distillscan.findings.wording import counted, joined


def standing_as(tier: Tier | None) -> str:
    """Return how a sentence names what an account is."""
    return {"core": "core", "probable": "probable", "lead": "a lead"}[tier] if tier else "no member"


def missing(standing: Standing) -> list[str]:
    """Return the conditions of the next tiers that are not met, in sentences."""
    verdict = standing.judged()
    lacking = []
    if verdict.bits < CORE_BITS:
        even = f", {PROBABLE_BITS - verdict.bits:.1f} to even odds" if verdict.bits < PROBABLE_BITS else ""
        lacking.append(f"{CORE_BITS - verdict.bits:.1f} bits are missing to nine to one (core){even}.")
    if len(verdict.tied_families) < CORE_FAMILIES:
        tied = f"only values of {joined(verdict.tied_families)} do" if verdict.tied_families else "none does"
        lacking.append(f"Values of two families must tie it to the cluster; {tied}.")
        if not standing.binding:
            lacking.append("It holds no instrument, address or mailbox of the cluster, which would bind it.")
    if verdict.tier is None and not standing.pure:
        lacking.append("It holds no value of the cluster of which nine in ten holders are core.")
    return lacking


def worded(found: AccountExplanation) -> AccountExplanation:
    """Return the explanation with its note and its sentence."""
    noted = found.model_copy(update={"note": _note(found)})
    return noted.model_copy(update={"sentence": _sentence(noted)})


def _note(found: AccountExplanation) -> str | None:
    """Return why the scan decided otherwise than the figures of the stored result would have it."""
    if found.judged is None or found.judgement is None or (found.cluster and found.judged != found.cluster):
        return None
    by_figures = found.judgement.tier
    if found.tier == by_figures:
        return None
    if found.cluster:
        return (
            f"By the final core it would be {standing_as(by_figures)}. The scan decided on the core of "
            "the round before, and lowers accounts that other seeds place elsewhere."
        )
    return (
        f"By these figures alone it would be {standing_as(by_figures)} here. It is not, because an "
        "account that is tied to others is judged where its ties are: it is tied to "
        f"{counted(found.tied_accounts, 'account')}."
    )


def _sentence(found: AccountExplanation) -> str:
    """Return the whole answer in plain words."""
    if found.judged is None:
        ties = (
            f" It is tied to {counted(found.tied_accounts, 'other account')}, too few to be reported."
            if found.tied_accounts
            else ""
        )
        return f"{found.account} is in no cluster: it holds no value that marks one.{ties}"
    if found.cluster is None or found.cluster != found.judged:
        return _outside(found)
    is_it = f"{found.account} is {standing_as(found.tier)} of {printed(found.judged)}{_explained(found)}"
    held = joined([weight.family for weight in found.families if weight.holds])
    if found.tier == "lead":
        return (
            f"{is_it}: in {held} it holds a value that hardly anybody outside the core holds, and that is "
            "all; it is not counted as a member."
        )
    return f"{is_it}: it holds values of the cluster in {held}, and {_loss(found)}.{_idle(found)}"


def _idle(found: AccountExplanation) -> str:
    """Return what an account that sends nothing of the cluster's own may be."""
    if found.matching_requests != 0 or found.cluster is None or found.cluster.verdict != "campaign":
        return ""
    return (
        " But none of its requests is among those that the cluster is counted by: it may be another customer "
        "of those who sell the accounts."
    )


def _loss(found: AccountExplanation) -> str:
    """Return what would have to go for the answer to be another."""
    if not found.takes_out:
        return "no loss of them would change that"
    least = found.takes_out[0]
    if len(least) == 1:
        alone = " or without ".join(family for families in found.takes_out for family in families)
        return f"without {alone} it would not be {standing_as(found.tier)}"
    some = joined(least) if len(found.takes_out) == 1 else f"{len(least)} of them, such as {joined(least)},"
    return f"only the loss of {some} would change that"


def _explained(found: AccountExplanation) -> str:
    if found.judged is None or not found.judged.explanation:
        return ""
    cause = found.judged.explanation.partition(". ")[0].partition(" (")[0]
    return f", which an innocent cause explains ({cause})"


def _outside(found: AccountExplanation) -> str:
    """Return why an account is not in the cluster that it is judged against."""
    assert found.judged is not None
    assert found.judgement is not None
    held = [weight.family for weight in found.families if weight.holds]
    lacks = [
        weight.family
        for weight in found.families
        if not weight.holds and 2 * weight.core_holding >= weight.core
    ]
    where = f"{printed(found.judged)}{_explained(found)}"
    where += "," if found.judged.explanation else ""
    if found.judgement.bits >= PROBABLE_BITS:
        why = f"values in {joined(held)}, but its ties do not lead there"
    elif not lacks:
        why = f"values in {joined(held)} only, and too many others hold them as well"
    elif held:
        why = f"values in {joined(held)} only, and none in {joined(lacks)}, where most of its core does"
    else:
        why = f"no value that tells, and most of its core holds values in {joined(lacks)}"
    own = f"{standing_as(found.tier)} of {printed(found.cluster)}" if found.cluster else "in no cluster"
    return f"{found.account} is {own}: of {where} it holds {why}."
