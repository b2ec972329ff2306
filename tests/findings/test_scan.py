"""The scan as a whole, on small logs: when its result holds, and what it says of an empty-handed log."""

from random import Random

import pytest
from small_cases import case_of, write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.errors import UnfitDataError
from distillscan.findings.pseudonyms import Pseudonyms
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.findings.stored import last_settings, load

FEW = Settings(permutations=1)
PEOPLE = [{"account_id": f"a{n}", "prompt": f"a question of my own about subject {n}"} for n in range(30)]


def test_a_log_of_strangers_gives_nothing_and_says_what_was_tested(tmp_path):
    with case_of(tmp_path, PEOPLE) as case:
        findings = scan(case, settings=FEW)
    assert findings.clusters == []
    assert findings.headline == "No campaign was found, and no other coordinated group."
    assert findings.tested.families_missing == ["PAYMENT", "NETWORK", "IDENTITY", "TIMING"]
    assert any("No account table was given" in note for note in findings.notes)


def test_a_group_too_small_to_report_is_not_passed_over(tmp_path):
    """Eight accounts on one card and one address are no cluster, but somebody looks for just them."""
    crowd = [{**row, "client_ip": f"198.51.100.{n}"} for n, row in enumerate(PEOPLE * 4)]
    requests = [row | {"account_id": f"a{n}"} for n, row in enumerate(crowd)]
    for row in requests[:8]:
        row["client_ip"] = "203.0.113.7"
    cards = [{"account_id": f"a{n}", "payment_fingerprint": f"c{max(n, 7)}"} for n in range(len(requests))]
    with case_of(tmp_path, requests, cards) as case:
        findings = scan(case, settings=FEW)
    assert findings.small_groups.accounts == 8
    assert findings.headline.endswith("no other coordinated group but 1 of fewer than 10 accounts.")


def test_an_agent_with_tools_of_its_own_is_a_template_whose_requests_match(tmp_path):
    """Twelve accounts on four cards and five addresses send results of tools, which open alike, and chat."""
    generator = Random(1)
    tools = [{"type": "function", "function": {"name": "click_at"}}]

    def sent(account, opening="", address=None):
        words = " ".join(f"w{generator.randrange(20_000)}x" for _ in range(20))
        return {"account_id": account, "prompt": opening + words, "client_ip": address}

    requests = [sent(f"p{n}", address=f"198.51.100.{n}") for n in range(100)]
    for n in range(12):
        steps = [sent(f"a{n}", "the tool returned: ", f"203.0.113.{(n + step) % 5}") for step in range(9)]
        requests += [*(step | {"tools": tools} for step in steps), sent(f"a{n}")]
    cards = [{"account_id": f"a{n}", "payment_fingerprint": f"card{n % 4}"} for n in range(12)]
    cards += [{"account_id": f"p{n}", "payment_fingerprint": f"own{n}"} for n in range(100)]
    with case_of(tmp_path, requests, cards) as case:
        [cluster] = scan(case, settings=FEW).clusters
    assert (cluster.matching_basis, cluster.requests.matching_core) == ("tools", 12 * 9)
    [templated] = [one.value for one in cluster.extraction.evidence if one.code == "templated"]
    assert templated == 0.9


def test_a_case_without_a_request_is_unfit(tmp_path):
    with open_case(tmp_path / "case.duckdb", create=True) as case, pytest.raises(UnfitDataError):
        scan(case, settings=FEW)


def test_a_log_of_one_request_is_scanned(tmp_path):
    with case_of(tmp_path, PEOPLE[:1]) as case:
        findings = scan(case, settings=FEW)
    assert (findings.population.accounts, findings.population.requests, findings.population.days) == (1, 1, 1)


def test_a_result_is_given_out_only_while_its_inputs_hold(tmp_path):
    with case_of(tmp_path, PEOPLE) as case:
        assert load(case.connection) is None
        findings = scan(case, settings=FEW)
        assert load(case.connection) == findings
        ingest(case, [write_jsonl(tmp_path / "more.jsonl", [{**PEOPLE[0], "timestamp": 1777777777}])])
        assert load(case.connection) is None
        assert last_settings(case.connection) == FEW, "and another scan is made with the same"


def test_a_scan_keeps_the_key_of_its_pseudonyms_and_the_next_one_that_of_the_records_then(tmp_path):
    with case_of(tmp_path, PEOPLE) as case:
        derived = Pseudonyms(case.connection).account("a1")
        scan(case, settings=FEW)
        assert Pseudonyms(case.connection).account("a1") == derived
        ingest(case, [write_jsonl(tmp_path / "more.jsonl", [{**PEOPLE[0], "timestamp": 1777777777}])])
        scan(case, settings=FEW)
        renewed = Pseudonyms(case.connection).account("a1")
        case.connection.execute("DELETE FROM meta WHERE key = 'derived_pseudonym_key'")
        assert Pseudonyms(case.connection).account("a1") == renewed != derived


def test_a_scan_that_is_stopped_leaves_no_older_result(tmp_path):
    def stop(stage):
        if stage.number == 2:
            raise KeyboardInterrupt

    with case_of(tmp_path, PEOPLE) as case:
        scan(case, settings=FEW)
        with pytest.raises(KeyboardInterrupt):
            scan(case, settings=FEW, progress=stop)
        assert load(case.connection) is None


def test_stages_are_told_in_order(tmp_path):
    told = []
    with case_of(tmp_path, PEOPLE) as case:
        scan(case, settings=FEW, progress=told.append)
    assert [stage.number for stage in told] == list(range(1, told[0].total + 1))


def test_duplicates_and_rejects_count_for_nobody(tmp_path):
    rows = [{"account_id": "a", "request_id": "same", "prompt": "x"}] * 3 + [{"prompt": "nobody asked"}]
    with case_of(tmp_path, rows) as case:
        findings = scan(case, settings=FEW)
    assert (findings.ledger.read, findings.ledger.accepted) == (4, 1)
    assert (findings.ledger.duplicate, findings.ledger.rejected) == (2, 1)
    assert findings.population.requests == 1
