"""What anchors say: who holds the value, who is linked by hops, and where a name must not go."""

import pytest
from clustered import clustered, request

from distillscan.findings.anchors.attribution import with_anchors
from distillscan.findings.document import Cluster, Findings

CORE = ["a0", "a1", "a2", "a3", "a4"]
STRANGERS = [f"s{n}" for n in range(12)]
LOG = [request(name, n / 10) for n, name in enumerate(CORE + STRANGERS)]
#: a0 and a1 share an address, a1 and a2 another, a2 and a3 a third; a4 shares with a0.
CHAIN = [
    ("NETWORK", "ip", "192.0.2.1", ["a0", "a1"], 0, 1),
    ("NETWORK", "ip", "192.0.2.2", ["a1", "a2"], 0, 1),
    ("NETWORK", "ip", "192.0.2.3", ["a2", "a3"], 0, 1),
    ("PAYMENT", "card", "card-9", ["a0", "a4"], 0, 1),
]


def anchor(signal, value, entity="Example Lab", source="report 17", grade="B2"):
    return ("anchors", (signal, value, entity, source, grade))


def read(tmp_path, *anchors, held=(*CHAIN,), log=LOG, accounts=(), clusters=None):
    clusters = clusters or {"c": CORE}
    described = [
        Cluster.model_construct(label=f"C{place}", cluster_id=cluster_id)
        for place, cluster_id in enumerate(clusters, start=1)
    ]
    with clustered(tmp_path, log, clusters, held, accounts, anchors) as connection:
        return with_anchors(connection, Findings.model_construct(clusters=described))


def test_accounts_that_hold_the_value_are_anchored_and_others_linked_by_hops(tmp_path):
    found = read(tmp_path, anchor("card", "card-9"))
    (entity,) = found.clusters[0].anchored
    assert (entity.entity, entity.accounts, entity.linked) == ("Example Lab", 2, [1, 1])
    assert entity.statement == (
        "2 accounts anchored to Example Lab (card, source report 17, grade B2), 2 linked to them within "
        "2 hops."
    )
    assert (entity.sources, entity.grades, entity.conflicting) == (["report 17"], ["B2"], [])
    (given,) = found.anchors
    assert (given.holders, given.members, given.clusters, given.carries) == (2, 2, ["C1"], True)
    assert given.pseudonym.startswith("card-")
    assert "card-9" not in found.anchors[0].model_dump_json()
    (overall,) = found.entities
    assert (overall.anchors, overall.anchors_found, overall.accounts, overall.linked) == (1, 1, 2, 2)


def test_without_an_anchor_nobody_is_named(tmp_path):
    found = read(tmp_path)
    assert found.clusters[0].anchored == []


def test_a_cluster_like_an_anchored_one_is_not_named(tmp_path):
    both = {"c": CORE[:2], "d": CORE[2:]}
    alike = [*CHAIN[:1], *CHAIN[2:3], ("NETWORK", "ip", "192.0.2.9", CORE, 0, 1)]
    found = read(tmp_path, anchor("client_ip", "192.0.2.1"), held=alike, clusters=both)
    assert [len(cluster.anchored) for cluster in found.clusters] == [1, 0]
    assert found.entities[0].clusters == ["C1"]


def test_an_address_that_mostly_strangers_use_is_shown_and_carries_no_name(tmp_path):
    vpn = [*CHAIN, ("NETWORK", "ip", "203.0.113.7", [*CORE[:3], *STRANGERS], 0, 1)]
    found = read(tmp_path, anchor("ip", "203.0.113.7"), held=vpn)
    (given,) = found.anchors
    assert (given.holders, given.members, given.carries) == (15, 3, False)
    assert given.statement == (
        "Held by 15 accounts of this log, 3 of them in C1: mostly others hold it, so nothing is linked to "
        "Example Lab through it."
    )
    assert found.clusters[0].anchored == []
    assert (found.entities[0].accounts, found.entities[0].linked) == (0, 0)


def test_no_hop_leads_over_a_value_that_mostly_strangers_hold(tmp_path):
    vpn = [*CHAIN[3:], ("NETWORK", "ip", "203.0.113.7", [*CORE, *STRANGERS], 0, 1)]
    (entity,) = read(tmp_path, anchor("card", "card-9"), held=vpn).clusters[0].anchored
    assert (entity.accounts, entity.linked) == (2, [0, 0])


def test_entities_that_contradict_each_other_are_both_shown(tmp_path):
    found = read(tmp_path, anchor("card", "card-9"), anchor("account_id", "a0", entity="Other Lab"))
    example, other = found.clusters[0].anchored
    assert (example.conflicting, example.disputed) == (["Other Lab"], 1)
    assert (other.conflicting, other.disputed, other.accounts) == (["Example Lab"], 1, 1)
    assert "also anchored to Other Lab, 1 account to both: the anchors disagree" in example.statement
    assert [entity.conflicting for entity in found.entities] == [["Other Lab"], ["Example Lab"]]


@pytest.mark.parametrize(
    ("signal", "value"),
    [
        ("payment_fingerprint", "card-lonely"),
        ("card", " card-lonely "),
        ("email", "Lone.Wolf@Mail.Example"),
        ("EMAIL_DOMAIN", "mail.example"),
        ("signup_ip", "2001:DB8:0:0::7"),
        ("ip", "2001:db8::8"),
        ("org_id", "org-7"),
        ("asn", "64500"),
        ("asn", "AS64500"),
        ("user_agent", "client/1"),
        ("account_id", "a3"),
    ],
)
def test_a_value_that_one_account_alone_holds_is_found_by_signal_or_field(tmp_path, signal, value):
    fields = {"client_ip": "2001:db8::8", "org_id": "org-7", "asn": "AS64500", "user_agent": "client/1"}
    row = {
        "account_id": "a3",
        "payment_fingerprint": "card-lonely",
        "email": "lone.wolf@mail.example",
        "signup_ip": "2001:db8::7",
    }
    found = read(tmp_path, anchor(signal, value), log=[*LOG, request("a3", 3, **fields)], accounts=[row])
    assert found.anchors[0].holders == 1
    assert found.clusters[0].anchored[0].accounts == 1


def test_a_value_has_one_pseudonym_however_it_is_written(tmp_path):
    spelt = (anchor("ip", "2001:db8::8"), anchor("client_ip", "2001:DB8:0:0::8"))
    found = read(tmp_path, *spelt, log=[*LOG, request("a3", 3, client_ip="2001:db8::8")])
    assert len({given.pseudonym for given in found.anchors}) == 1
    assert found.anchors[0].pseudonym.startswith("ip-")


def test_the_analysts_own_signal_is_an_anchor_too(tmp_path):
    own = ("account_signals", ("a1", "Lure", "paper-4", None, None, None))
    assert read(tmp_path, own, anchor("lure", "paper-4")).clusters[0].anchored[0].accounts == 1


@pytest.mark.parametrize("signal", ["card", "no such signal", "'; DROP TABLE anchors; --"])
def test_an_anchor_that_nobody_holds_is_shown_as_such(tmp_path, signal):
    found = read(tmp_path, anchor(signal, "nothing", source=None, grade=None))
    assert found.anchors[0].statement == "No account of this log holds it."
    assert (found.anchors[0].carries, found.anchors[0].clusters) == (False, [])
    assert found.entities[0].statement.endswith("No cluster is anchored to it.")


def test_an_account_in_no_cluster_carries_nothing(tmp_path):
    found = read(tmp_path, anchor("account_id", "s3"))
    assert found.anchors[0].statement == "Held by 1 account of this log, in no reported cluster."
    assert found.entities[0].clusters == []
