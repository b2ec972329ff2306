"""Members with their evidence: everybody who is counted, the least tied first, by the score of the tiers."""

import polars as pl
import pytest
from small_cases import case_of

from distillscan.clusters.scores import CORE_BITS
from distillscan.findings.explain.member_evidence import member_evidence
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.reports.tables.members import members

RING, PEOPLE = [f"ring-{n:02}" for n in range(24)], [f"person-{n:03}" for n in range(150)]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A ring on four cards behind six addresses, two of it on cards of their own, among strangers."""
    requests = [
        {"account_id": name, "prompt": f"my own question {n}", "client_ip": f"198.18.{n}.7"}
        for n, name in enumerate(PEOPLE)
    ]
    requests += [
        {
            "account_id": name,
            "prompt": f"grade the answer by the rubric, item {n} of {turn}",
            "client_ip": f"203.0.113.{(n + turn) % 6}",
        }
        for n, name in enumerate(RING)
        for turn in range(4)
    ]
    accounts = [{"account_id": name, "payment_fingerprint": f"card-{name}"} for name in PEOPLE + RING[:2]]
    accounts += [
        {"account_id": name, "payment_fingerprint": f"card-{n % 4}"} for n, name in enumerate(RING[2:])
    ]
    with case_of(tmp_path_factory.mktemp("ring"), requests, accounts) as case:
        findings = scan(case, settings=Settings(permutations=0))
        yield (
            findings,
            members(case.connection, findings),
            member_evidence(case.connection, findings),
            member_evidence(case.connection, findings, reveal=True),
        )


def test_everybody_who_is_counted_is_a_row_and_no_lead(found):
    findings, everybody, hidden, revealed = found
    assert findings.clusters
    counted = everybody.filter(pl.col("tier") != "lead")
    assert sorted(revealed.members["account_id"]) == sorted(counted["account_id"])
    assert len(hidden.members) == len(counted)
    joined = revealed.members.join(counted, on=["account_id", "cluster_id"], suffix="_exported")
    for name in ("tier", "requests", "matching_requests"):
        assert joined[name].equals(joined[f"{name}_exported"], check_names=False)


def test_the_least_tied_come_first_and_lack_what_the_others_have(found):
    _, _, _, evidence = found
    payment = str(evidence.families.index("PAYMENT"))
    assert evidence.members["score"].is_sorted()
    assert set(evidence.members["account_id"][:2]) == set(RING[:2])
    assert evidence.members[payment][:3].to_list() == [0, 0, 1]


def test_the_score_is_the_likelihood_of_the_families_held(found):
    _, _, _, evidence = found
    for row in evidence.members.iter_rows(named=True):
        held = [family for place, family in enumerate(evidence.families) if row[str(place)]]
        assert row["score"] == pytest.approx(evidence.likelihoods[row["cluster_id"]].bits(held), abs=0.01)
        assert row["tier"] != "core" or row["score"] >= CORE_BITS


def test_accounts_stand_under_pseudonyms_unless_asked_for(found):
    _, _, hidden, revealed = found
    assert (hidden.revealed, revealed.revealed) == (False, True)
    assert all(name.startswith("account-") for name in hidden.members["account_id"])
    assert not set(hidden.members["account_id"]) & set(RING)


def test_a_case_without_a_cluster_has_no_members(tmp_path):
    with case_of(tmp_path, [{"account_id": name} for name in PEOPLE[:5]]) as case:
        evidence = member_evidence(case.connection, scan(case, settings=Settings(permutations=0)))
    assert len(evidence.members) == 0
    assert evidence.families == []
