"""What a log can show, given the fields it fills."""

from distillscan.findings.whole_log.support import supported
from distillscan.logs.record import RECORDS
from distillscan.signals.registry import SIGNALS

KNOWN = {name for kind in ("requests", "accounts") for name in RECORDS[kind].names}


def test_every_signal_says_what_it_needs():
    assert all(signal.needs and set(signal.needs) <= KNOWN for signal in SIGNALS)


def test_a_full_log_supports_every_claim():
    found = supported({"account_id", "timestamp", "prompt", "client_ip", "email", "payment_funding"})
    assert set(found.signals) == {"NETWORK", "IDENTITY", "CONTENT", "TIMING"}
    assert found.coordination.startswith("can be shown: 4 families")
    assert found.extraction == "can be shown from the prompts"
    assert found.concealment == "can be shown from addresses, mailboxes, cards"


def test_a_log_without_text_shows_no_extraction_and_without_a_bond_little_else():
    no_text = supported({"timestamp", "client_ip"})
    assert no_text.extraction.startswith("cannot be shown")
    assert no_text.coordination.startswith("can be shown: 2 families")
    assert supported({"timestamp", "prompt"}).coordination.startswith("low at most")
    assert supported({"timestamp", "user_agent"}).coordination.startswith("cannot be shown")
    assert supported({"timestamp", "prompt"}).concealment.startswith("cannot be shown")
