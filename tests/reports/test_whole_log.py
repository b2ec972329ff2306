"""What several reports say of the whole log."""

from distillscan.reports import whole_log
from tests.reports.made_findings import hostile_findings


def test_what_requests_lack_and_what_accounts_lack_are_two_sentences():
    covered = {"prompt": 1.0, "org_id": 0.0, "phone": 0.0, "payment_fingerprint": 0.625}
    log = hostile_findings().population.model_copy(update={"field_coverage": covered})
    assert whole_log.coverage_gaps(log) == [
        "Not every account has every field: phone in none, payment_fingerprint in 62 %.",
        "Not every request has every field: org_id in none.",
    ]


def test_files_that_were_cut_off_are_named_among_what_could_not_be_tested():
    found = hostile_findings()
    said = "1 file of the log could be read only in part"
    assert not any(said in sentence for sentence in whole_log.not_found(found))
    cut = found.ledger.model_copy(update={"rejected_by_reason": {"truncated_file": 1}})
    sentences = whole_log.not_found(found.model_copy(update={"ledger": cut}))
    assert f"{said}: the requests in the rest are missing, and their number is unknown." in sentences
