"""What is shown of values that name people."""

from small_cases import case_of

from distillscan.findings.pseudonyms import Pseudonyms


def test_pseudonyms_hide_people_and_show_what_names_nobody(tmp_path):
    with case_of(tmp_path, [{"account_id": "a"}, {"account_id": "b"}]) as case:
        names = Pseudonyms(case.connection)
        assert names.of("ip", "198.51.100.7") == names.of("ip", "198.51.100.7")
        assert "198" not in names.of("ip", "198.51.100.7").removeprefix("ip-")
        assert names.of("ip", "x") != names.of("card", "x").replace("card", "ip")
        assert names.of("signup_hour", "2026-05-01T10") == "2026-05-01T10"
    with case_of(tmp_path, [{"account_id": "other"}], name="second") as case:
        assert Pseudonyms(case.connection).of("ip", "x") != names.of("ip", "x")
