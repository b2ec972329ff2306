"""What a common country explains, and what it does not."""

from dataclasses import replace

import pytest
from findings.verdict.forty_accounts import CLUSTER, core, ids, one_cluster

from distillscan.findings.shared.ties import Ties
from distillscan.findings.verdict.region import one_country

UNTIED = Ties([], {}, 0)


@pytest.mark.parametrize(("elsewhere", "result"), [(0, "explains"), (100, "not testable")])
def test_a_country_explains_what_it_makes_common(tmp_path, elsewhere, result):
    """All of one country use its carriers' gateways and its phrases, the cluster no more than the rest.

    A rest of which most are the core of another cluster is not the country's people.
    """
    accounts = [
        {
            "account_id": f"a{n:03}",
            "request": {
                "country": "JP" if n < 160 else "US",
                "client_ip": f"198.51.100.{n % 4}" if n < 160 else f"203.0.113.{n % 50}",
                "system": f"phrase {'one' if n % 2 else 'two'}" if n < 160 else f"other {n % 50}",
            },
        }
        for n in range(400)
    ]
    others = {f"a{n:03}" for n in range(40, 40 + elsewhere)}
    with one_cluster(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value WHERE signal IN ('ip', 'system') "
            "AND (content LIKE '198%' OR signal = 'system' AND holders > 20)",
            [CLUSTER],
        )
        connection.execute(
            "INSERT INTO membership BY NAME SELECT 'another' AS cluster_id, account, 'core' AS tier, "
            "'' AS families FROM account WHERE account_id IN (SELECT unnest(?))",
            [sorted(others)],
        )
        found = one_country(connection, core(UNTIED, ["CONTENT", "NETWORK"]))
    assert found[0] == result


def test_a_country_does_not_explain_what_only_the_cluster_shares_in_it(tmp_path):
    accounts = [
        {
            "account_id": f"a{n:03}",
            "request": {
                "country": "JP" if n < 200 else "US",
                "client_ip": f"198.51.100.{n % 4}" if n < 40 else f"203.0.113.{n % 100}",
                "system": "the template" if n < 40 else f"other {n % 50}",
            },
        }
        for n in range(400)
    ]
    with one_cluster(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value "
            "WHERE content LIKE '198.51.100.%' AND signal = 'ip' OR signal = 'system' AND holders = 40",
            [CLUSTER],
        )
        found = one_country(connection, core(UNTIED, ["CONTENT", "NETWORK"]))
        unknown = one_country(connection, replace(core(UNTIED, ["CONTENT", "NETWORK"]), cluster_id="another"))
    assert found[0] == "does not explain"
    assert unknown[0] == "not testable"


def test_a_country_does_not_explain_a_mail_domain_of_those_who_signed_up_on_one_day(tmp_path):
    """A mail domain is no country, however many have it: else nothing of theirs would be compared."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "email": f"someone{n}@{'made.example' if n < 40 else f'box{n}.example'}",
            "created_at": f"2026-03-0{1 if n < 50 else 2 + n % 7}T12:00:00Z",
            "signup_country": "JP" if n < 200 else "US",
        }
        for n in range(400)
    ]
    with one_cluster(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value "
            "WHERE content = 'made.example' OR signal = 'signup_day' AND content = '2026-03-01'",
            [CLUSTER],
        )
        found = one_country(connection, core(UNTIED, ["IDENTITY", "TIMING"]))
    assert found[0] == "does not explain"


@pytest.mark.parametrize(("programs", "result"), [(1, "does not explain"), (50, "explains")])
def test_a_client_program_is_compared_inside_a_country_where_it_is_all_the_content(
    tmp_path, programs, result
):
    """One that nobody else there uses is no custom of the country; one of many that people use may be."""
    accounts = [
        {
            "account_id": f"a{n:03}",
            "request": {
                "country": "JP" if n < 200 else "US",
                "client_ip": f"198.51.100.{n % 4}" if n < 40 else f"203.0.113.{n % 100}",
                "user_agent": f"client {n % programs}" if n < 40 or programs > 1 else f"other {n % 50}",
            },
        }
        for n in range(400)
    ]
    with one_cluster(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value "
            "WHERE content LIKE '198.51.100.%' AND signal = 'ip' OR content LIKE 'client%'",
            [CLUSTER],
        )
        found = one_country(connection, core(UNTIED, ["CONTENT", "NETWORK"]))
    assert found[0] == result
