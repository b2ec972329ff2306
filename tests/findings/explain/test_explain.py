"""Explanations of the sample case: totals follow from the case by SQL, and say what the scan said."""

from itertools import combinations

import networkx as nx
import pytest

from distillscan.clusters.projection import account_links
from distillscan.clusters.scores import CORE_BITS
from distillscan.errors import QuestionError
from distillscan.findings.explain.account import explain_account
from distillscan.findings.explain.account_words import worded
from distillscan.findings.explain.cluster import explain_cluster
from distillscan.findings.explain.document import EXPLANATION
from distillscan.findings.explain.pair import explain_pair
from distillscan.findings.explain.value import explain_value
from distillscan.reports.terminal import as_text
from distillscan.reports.terminal.explain import explanation

SCORE = """
    WITH size AS (SELECT COUNT(*) AS n, (SELECT COUNT(*) FROM account) AS total FROM membership
                  WHERE cluster_id = $cluster AND tier = 'core'),
    telling AS (
        SELECT value, family FROM cluster_value JOIN shared_value USING (value) WHERE cluster_id = $cluster
        QUALIFY NOT broad OR bool_and(broad) OVER (PARTITION BY family)),
    touch AS (SELECT DISTINCT family, account FROM telling JOIN incidence USING (value)),
    weight AS (
        SELECT family, (COUNT(m.account) + 0.5) / (n + 1) AS c,
               (COUNT(*) - COUNT(m.account) + 0.5) / (total - n + 1) AS o
        FROM touch CROSS JOIN size
        LEFT JOIN membership m ON m.account = touch.account AND m.cluster_id = $cluster AND tier = 'core'
        GROUP BY family, n, total)
    SELECT ANY_VALUE(log2((n + 0.5) / (total - n + 0.5)))
           + SUM(CASE WHEN t.account IS NULL THEN log2((1 - c) / (1 - o)) ELSE log2(c / o) END)
    FROM weight CROSS JOIN size
    LEFT JOIN touch t ON t.family = weight.family
                     AND t.account = (SELECT account FROM account WHERE account_id = $account)
"""


def score(question, cluster_id, account_id):
    return question.connection.execute(SCORE, {"cluster": cluster_id, "account": account_id}).fetchall()[0][0]


def test_members_are_explained_as_the_scan_placed_them_with_bits_that_follow_by_sql(question):
    stored = question.connection.execute(
        "SELECT account_id, cluster_id, tier FROM membership JOIN account USING (account) ORDER BY 1"
    ).fetchall()
    for account_id, cluster_id, tier in stored[::40]:
        found = explain_account(question, account_id)
        assert (found.judged.cluster_id, found.tier, found.judgement.tier) == (cluster_id, tier, tier)
        assert found.judgement.bits == pytest.approx(score(question, cluster_id, account_id), abs=0.002)
        bars = [found.prior_bits, *(family.bits for family in found.families)]
        assert found.judgement.bits == pytest.approx(sum(bars), abs=0.005)


def test_an_account_in_no_cluster_learns_what_is_missing(question, outside):
    found = explain_account(question, outside)
    assert found.tier is None
    assert found.judgement.bits < CORE_BITS
    assert found.missing
    assert "is in no cluster" in found.sentence


def test_an_account_is_found_by_its_id_and_by_its_pseudonym(question, core):
    found = explain_account(question, core[0])
    assert explain_account(question, found.account) == found
    assert core[0] not in found.model_dump_json()


def test_an_account_is_told_why_it_is_not_in_a_cluster_it_is_asked_about(question, outside, core):
    found = explain_account(question, outside, "C1")
    assert (found.judged.label, found.cluster, found.tier) == ("C1", None, None)
    assert found.judgement.bits == pytest.approx(score(question, found.judged.cluster_id, outside), abs=0.002)
    lacks = [family.family for family in found.families if not family.holds]
    assert lacks
    assert all(family in found.sentence for family in lacks if family != "IDENTITY")
    own = explain_account(question, core[0], "C2")
    assert (own.cluster.label, own.judged.label, own.tier) == ("C1", "C2", "core")
    assert "is core of C1 (campaign): of C2" in own.sentence


def test_a_lead_is_told_that_it_is_not_counted(question, ids):
    leads = ids(
        "SELECT account_id FROM membership JOIN account USING (account) WHERE tier = 'lead' ORDER BY 1"
    )
    found = explain_account(question, leads[0])
    assert found.sentence.startswith(f"{found.account} is a lead of ")
    assert found.sentence.endswith("it is not counted as a member.")


def test_what_takes_an_account_out_is_the_least_that_does(question, core):
    found = explain_account(question, core[0])
    weights = {family.family: family.bits for family in found.families if family.holds}

    def stays(lost):
        bits = found.judgement.bits - sum(weights[family] for family in lost)
        return bits >= CORE_BITS and len(set(found.judgement.tied_families) - set(lost)) >= 2

    smallest = len(found.takes_out[0])
    assert all(stays(lost) for lost in combinations(weights, smallest - 1))
    assert not any(stays(lost) for lost in found.takes_out)


def test_a_member_that_sends_nothing_of_the_cluster_s_own_is_said_to(question, core):
    found = explain_account(question, core[0])
    assert 0 < found.matching_requests <= found.requests
    assert "none of its requests" not in found.sentence
    idle = found.model_copy(update={"matching_requests": 0})
    assert "none of its requests is among those that the cluster is counted by" in worded(idle).sentence


def test_the_closest_accounts_have_the_bits_that_their_pair_agrees_in(question, core):
    found = explain_account(question, core[0])
    assert found.nearest
    for near in found.nearest[:2]:
        pair = explain_pair(question, core[0], near.account)
        agreeing = [family for family in pair.families if family.result == "agree"]
        assert sorted(family.family for family in agreeing) == near.families
        assert near.bits == pytest.approx(sum(family.bits for family in agreeing), abs=1e-6)
        assert near.common == sum(family.common for family in agreeing)
    everybody = [explain_pair(question, core[0], other) for other in core[1:5]]
    best = max(sum(f.bits for f in pair.families if f.result == "agree") for pair in everybody)
    assert found.nearest[0].bits >= best


def test_a_pair_adds_up_and_counts_a_family_once_by_its_rarest_value(question, core):
    found = explain_pair(question, core[0], core[1])
    bars = [found.prior_bits, *(family.bits for family in found.families)]
    assert found.total_bits == pytest.approx(sum(bars), abs=1e-6)
    rarest = dict(
        question.connection.execute(
            "SELECT family, MAX(log2((SELECT COUNT(*) FROM account) / holders)) FROM shared_value "
            "WHERE value IN (SELECT value FROM incidence JOIN account USING (account) WHERE account_id = ?) "
            "AND value IN (SELECT value FROM incidence JOIN account USING (account) WHERE account_id = ?) "
            "GROUP BY family",
            core[:2],
        ).fetchall()
    )
    agreeing = {one.family: one.bits for one in found.families if one.result == "agree"}
    assert agreeing == pytest.approx(rarest, abs=0.001)


def test_disagreement_speaks_against_a_pair_and_what_is_missing_does_not(question, core, ids):
    (stranger,) = ids(
        "SELECT account_id FROM account ANTI JOIN membership USING (account) "
        "SEMI JOIN incidence USING (account) ORDER BY 1 LIMIT 1",
    )
    found = explain_pair(question, core[0], stranger)
    for family in found.families:
        if family.result == "disagree":
            assert family.bits <= 0
        if family.result == "not compared":
            assert family.bits == 0
    assert found.total_bits < explain_pair(question, core[0], core[1]).total_bits


def test_a_cluster_is_found_by_label_id_and_prefix_and_keeps_the_reports_counts(question):
    reported = question.findings.clusters[0]
    found = explain_cluster(question, "c1")
    assert found == explain_cluster(question, reported.cluster_id[:8])
    assert (found.tiers, found.requests) == (reported.accounts, reported.requests)
    assert found.benign_explanations == reported.benign_explanations
    assert found.weakest_members[0].bits <= found.largest_accounts[0].bits
    assert found.shape.accounts == reported.accounts.core + reported.accounts.probable


def test_how_a_cluster_holds_together_follows_from_the_links_that_are_exported(question):
    shape = explain_cluster(question, "C1").shape
    links = account_links(question.connection).filter(cluster_id=question.findings.clusters[0].cluster_id)
    graph = nx.Graph()
    for a, b, bits in links.select("account_a", "account_b", "bits").iter_rows():
        graph.add_edge(question.name(a), question.name(b), bits=bits)
    tree = nx.maximum_spanning_edges(graph, weight="bits")
    assert shape.links == graph.number_of_edges()
    assert shape.largest_part == len(max(nx.connected_components(graph), key=len))
    assert (shape.bridges, shape.joints) == (
        len(list(nx.bridges(graph))),
        len(list(nx.articulation_points(graph))),
    )
    assert shape.thinnest.bits == min(edge["bits"] for _, _, edge in tree)
    assert shape.thinnest.account_b in graph[shape.thinnest.account_a]


def test_an_explained_group_says_what_explains_it(question):
    group = question.findings.explained_groups[0]
    found = explain_cluster(question, group.cluster_id)
    assert group.explanation in found.sentence


def test_a_value_is_found_raw_and_by_pseudonym_and_its_holders_add_up(question):
    content, holders = question.connection.execute(
        "SELECT content, holders FROM shared_value WHERE signal = 'card' "
        "ORDER BY holders DESC, content LIMIT 1"
    ).fetchall()[0]
    found = explain_value(question, content)
    assert found == explain_value(question, found.pseudonym) == explain_value(question, f"card={content}")
    inside = sum(one.core + one.probable + one.lead for one in found.clusters)
    assert found.holders == holders == inside + found.outside
    assert all(one.overlap <= min(holders, one.holders) for one in found.associated)
    assert content not in found.model_dump_json()


@pytest.mark.parametrize(
    ("ask", "typed", "answer"),
    [
        (explain_account, "nobody", "no id in it is like this one"),
        (explain_cluster, "C99", r"there are C1 \("),
        (explain_value, "ip=nowhere", "give it as SIGNAL=VALUE"),
    ],
)
def test_an_unknown_name_is_answered_with_what_there_is(question, ask, typed, answer):
    with pytest.raises(QuestionError, match=answer):
        ask(question, typed)


def test_a_mistyped_account_is_answered_with_the_one_that_was_meant(question, core):
    with pytest.raises(QuestionError, match=rf"the nearest are {core[0]}"):
        explain_account(question, f"{core[0][:-1]}_")


def test_a_pair_takes_two_accounts(question, core):
    with pytest.raises(QuestionError, match="two accounts"):
        explain_pair(question, core[0], core[0])


def test_every_kind_survives_json_and_is_drawn_with_its_sentence(question, core):
    for found in (
        explain_account(question, core[0]),
        explain_pair(question, core[0], core[1]),
        explain_cluster(question, "C1"),
        explain_value(question, explain_account(question, core[0]).families[0].values[0].pseudonym),
    ):
        assert EXPLANATION.validate_json(found.model_dump_json()) == found
        drawn = " ".join(as_text(explanation(found), 110).split())
        assert found.sentence in drawn
        assert max(map(len, as_text(explanation(found), 80).splitlines())) <= 80
