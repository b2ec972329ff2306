"""Why an account is in its cluster, what would take it out, or why it is in none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from distillscan.case.frame import frame, number, one
from distillscan.clusters.scores import CORE_BITS, CORE_FAMILIES, PROBABLE_BITS
from distillscan.findings.document import Tier
from distillscan.findings.explain.document import (
    AccountExplanation,
    Elsewhere,
    FamilyWeight,
    HeldValue,
    Judgement,
)
from distillscan.findings.explain.likelihood import likelihoods
from distillscan.findings.explain.lookup import find_account
from distillscan.findings.explain.question import Question, printed
from distillscan.findings.explain.rows import all_rows
from distillscan.findings.explain.standing import Standing, standings, touched
from distillscan.findings.explain.values import LISTED, Holding, held_values
from distillscan.findings.wording import counted, joined

#: Other clusters that are listed, and other values.
_ELSEWHERE, _OTHERS = 3, 3

_OTHER_VALUES = """
    SELECT family, signal, content, holders, i.n, i.first_seen, i.last_seen,
           COUNT(*) OVER () AS every
    FROM incidence i JOIN shared_value USING (value)
    WHERE account = $account AND value NOT IN (SELECT value FROM cluster_value)
    ORDER BY holders, family, signal, content LIMIT $listed
"""
_TIED_ACCOUNTS = """
    WITH own AS (SELECT value FROM incidence WHERE account = $account)
    SELECT COUNT(DISTINCT x.account)
    FROM association a
    JOIN incidence x ON x.value = a.value_a
    JOIN incidence y ON y.value = a.value_b AND y.account = x.account
    WHERE a.value_a IN (SELECT value FROM own) AND a.value_b IN (SELECT value FROM own)
      AND x.account <> $account
"""
_SEEN = "SELECT COUNT(*), MIN(ts), MAX(ts) FROM accepted WHERE account_id = ?"


def explain_account(question: Question, typed: str) -> AccountExplanation:
    """Return why an account is where the scan placed it.

    Raises:
        QuestionError: no such account sent an accepted request.
    """
    account, account_id = find_account(question, typed)
    connection = question.connection
    stored = one(connection, "SELECT cluster_id, tier FROM membership WHERE account = ?", [account])
    tier: Tier | None = stored[1] if stored else None
    names = sorted({*touched(connection, account), *([stored[0]] if stored else [])})
    found = {
        name: standing
        for name, standing in standings(connection, account, likelihoods(connection, names)).items()
        if standing.families
    }
    judged = _judged_against(stored[0] if stored else None, found)
    standing = found.get(judged) if judged else None
    verdict = standing.judged() if standing else None
    families = _families(question, account_id, standing, verdict) if standing and verdict else []
    requests, first_seen, last_seen = one(connection, _SEEN, [account_id]) or (0, None, None)
    others = frame(connection, _OTHER_VALUES, {"account": account, "listed": _OTHERS})
    tied = number(connection, _TIED_ACCOUNTS, {"account": account}) if tier is None else 0
    name = question.clusters[judged] if judged else None
    missing = _missing(standing, verdict) if standing and verdict and tier != "core" else []
    taken = [one.family for one in families if verdict and one.holds and one.otherwise.tier != verdict.tier]
    explanation = AccountExplanation(
        account=question.name(account_id),
        requests=requests,
        first_seen=first_seen,
        last_seen=last_seen,
        sources=all_rows(connection, account_id),
        tier=tier,
        judged=name,
        accounts=standing.likelihood.accounts if standing else question.accounts,
        prior_bits=round(standing.likelihood.prior, 3) if standing else 0.0,
        judgement=verdict,
        core_bits=round(CORE_BITS, 3),
        probable_bits=PROBABLE_BITS,
        families=families,
        weakest_link=_weakest_link(families),
        takes_out=taken if tier else [],
        missing=missing,
        elsewhere=_elsewhere(question, found, judged),
        other_values=int(others["every"][0]) if len(others) else 0,
        rarest_other_values=held_values(question, account_id, _holdings(others)),
        tied_accounts=tied,
        note=_note(tier, verdict, stored is not None, tied),
        sentence="",
    )
    return explanation.model_copy(update={"sentence": _sentence(explanation)})


def _judged_against(stored: str | None, found: Mapping[str, Standing]) -> str | None:
    """Return the account's own cluster, or else the one where it scores best."""
    if stored is not None or not found:
        return stored
    return min(found, key=lambda name: (-found[name].judged().bits, name))


def _families(
    question: Question, account_id: str, standing: Standing, verdict: Judgement
) -> list[FamilyWeight]:
    """Return the weight of every family that the core holds any value in, the heaviest first."""
    listed = standing.held.group_by("family", maintain_order=True).head(LISTED)
    values: dict[str, list[HeldValue]] = {}
    for value in held_values(question, account_id, _holdings(listed)):
        values.setdefault(value.family, []).append(value)
    counts = dict(standing.held.group_by("family").len().iter_rows())
    known = standing.likelihood
    weights = []
    for name, family in known.families.items():
        if family.core_holding == 0:
            continue
        holds = name in standing.families
        other = standing.judged(without=[name]) if holds else standing.judged(extra=[name])
        weights.append(
            FamilyWeight(
                family=name,
                holds=holds,
                bits=round(family.present if holds else family.absent, 3),
                present_bits=round(family.present, 3),
                absent_bits=round(family.absent, 3),
                core_holding=family.core_holding,
                core=known.core,
                others_holding=family.others_holding,
                others=known.accounts - known.core,
                held_values=counts.get(name, 0),
                values=values.get(name, []),
                otherwise=other,
            )
        )
    return sorted(weights, key=lambda weight: (-weight.bits, weight.family))


def _holdings(held: pl.DataFrame) -> list[Holding]:
    return [
        Holding(
            family=row["family"],
            signal=row["signal"],
            content=row["content"],
            holders=row["holders"],
            times=row["n"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            core_holders=row.get("core_holders"),
        )
        for row in held.iter_rows(named=True)
    ]


def _weakest_link(families: Sequence[FamilyWeight]) -> str | None:
    held = [weight for weight in families if weight.holds]
    if not held:
        return None
    most = min(held, key=lambda weight: (weight.otherwise.bits, weight.family))
    return (
        f"It leans most on {most.family}, which weighs {most.bits:.1f} bits; without it "
        f"{most.otherwise.bits:.1f} bits are left, and it would be {_standing_as(most.otherwise.tier)}."
    )


def _standing_as(tier: Tier | None) -> str:
    return {"core": "core", "probable": "probable", "lead": "a lead"}[tier] if tier else "no member"


def _missing(standing: Standing, verdict: Judgement) -> list[str]:
    """Return the conditions of the next tiers that are not met, in sentences."""
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


def _elsewhere(question: Question, found: Mapping[str, Standing], judged: str | None) -> list[Elsewhere]:
    others = [
        Elsewhere(cluster=question.clusters[name], families=standing.families, judgement=standing.judged())
        for name, standing in found.items()
        if name != judged
    ]
    return sorted(others, key=lambda other: (-other.judgement.bits, other.cluster.cluster_id))[:_ELSEWHERE]


def _note(tier: Tier | None, verdict: Judgement | None, member: bool, tied: int) -> str | None:
    """Return why the scan decided otherwise than the figures of the stored result would have it."""
    if verdict is None or tier == verdict.tier:
        return None
    if member:
        return (
            f"By the final core it would be {_standing_as(verdict.tier)}. The scan decided on the core of "
            "the round before, and lowers accounts that other seeds place elsewhere."
        )
    return (
        f"By these figures alone it would be {_standing_as(verdict.tier)} here. It is not, because an "
        "account that is tied to others is judged where its ties are: it is tied to "
        f"{counted(tied, 'account')}."
    )


def _sentence(found: AccountExplanation) -> str:
    if found.judged is None or found.judgement is None:
        small = (
            f" It is tied to {counted(found.tied_accounts, 'other account')}, too few to be reported."
            if found.tied_accounts
            else ""
        )
        return f"{found.account} is in no cluster: it holds no value that marks one.{small}"
    where, bits = printed(found.judged), f"{found.judgement.bits:.1f} bits"
    if found.tier is None:
        nowhere = f"{found.account} is in no cluster: {where} is the nearest"
        if found.judgement.bits < PROBABLE_BITS:
            return f"{nowhere}, and at {bits} what it lacks outweighs what it shares."
        return f"{nowhere} by score, but its ties do not lead there."
    if found.tier == "lead":
        reason = "it holds a value that hardly anybody outside the core does, and no more"
    elif found.takes_out:
        verb = "decides" if len(found.takes_out) == 1 else "each decide"
        reason = f"{joined(found.takes_out)} {verb} it"
    else:
        reason = "no single family decides it"
    group = (
        f", a group with an innocent explanation ({found.judged.explanation.partition('. ')[0]})"
        if found.judged.explanation
        else ""
    )
    return f"{found.account} is {_standing_as(found.tier)} of {where}{group} at {bits}: {reason}."
