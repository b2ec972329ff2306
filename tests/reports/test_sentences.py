"""How many requests are a cluster's own, in words."""

from distillscan.findings.document.counts import CountError, RequestCounts
from distillscan.reports import sentences
from tests.reports.made_findings import campaign

VERDICTS = ("campaign", "infrastructure", "organisation", "lead")


def said(matching, error, members=900):
    requests = RequestCounts(
        members_core=members, members_upper=members, matching_core=matching, matching_upper=matching
    )
    cluster = campaign().model_copy(update={"requests": requests, "count_error": error})
    return sentences.matching(cluster, f"{matching}")


def test_an_exact_count_has_no_limits():
    assert said(400, CountError(faint=0, faint_wrong=0, missed=0)) == (
        "400 of them match the cluster's own templates, inserts or addresses"
    )


def test_what_may_be_wrong_or_missed_is_said_with_the_count():
    assert said(400, CountError(faint=60, faint_wrong=5, missed=30)).endswith(
        "; of the core's requests, 395 to 430 are its own (95 % limits)"
    )


def test_an_open_count_ends_with_all_requests():
    found = said(400, CountError(faint=0, faint_wrong=0, missed=500, open=True))
    assert "they may be its own too" in found
    assert found.endswith("; of the core's requests, 400 to 900 are its own (95 % limits)")


def test_a_count_by_addresses_says_that_it_tells_no_work():
    found = said(600, CountError(faint=600, faint_wrong=600, missed=300, open=True))
    assert found.endswith(
        "does not say what they were sent for; of the core's requests, up to 900 are its own"
    )


def test_only_of_a_campaign_is_there_a_sentence_for_publication():
    forms = {
        verdict: dict(sentences.ready(campaign().model_copy(update={"verdict": verdict})))
        for verdict in VERDICTS
    }
    assert [verdict for verdict, said in forms.items() if "for publication" in said] == ["campaign"]


def test_limits_are_rounded_outward_but_never_beyond_all_requests():
    error = CountError(faint=5216, faint_wrong=3038, missed=0, open=True)
    assert said(5216, error, members=5216).endswith("2,170 to 5,216 are its own (95 % limits)")


def test_where_neither_texts_nor_addresses_tell_any_apart_that_is_said():
    assert "cannot be told" in said(900, None)
