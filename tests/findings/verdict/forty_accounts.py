"""Cases of which forty accounts, or as many as a test names, are a cluster; and what may bind them."""

from contextlib import contextmanager

from small_cases import case_of

from distillscan.findings.document.verdict import Finding
from distillscan.findings.shared.ties import SignalTies, Ties
from distillscan.findings.verdict import conclusions
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.work import Beside, Work
from distillscan.signals import incidence
from distillscan.signals.declared import declared

CLUSTER = "c0ffee"


@contextmanager
def one_cluster(tmp_path, accounts, core, extra_requests=()):
    """A case in which `core` of the given account rows are one cluster."""
    requests = [{"account_id": row["account_id"], **row.get("request", {})} for row in accounts]
    rows = [{k: v for k, v in row.items() if k != "request"} for row in accounts]
    with case_of(tmp_path, [*requests, *extra_requests], rows) as case:
        incidence.build(case.connection)
        case.connection.execute(
            "INSERT INTO membership BY NAME SELECT ? AS cluster_id, account, 'core' AS tier, '' AS families "
            "FROM account WHERE account_id IN (SELECT unnest(?))",
            [CLUSTER, list(core)],
        )
        conclusions.lay_out(case.connection)
        declared(case.connection)
        yield case.connection


def people(domains, **fields):
    return [
        {"account_id": f"a{n:03}", "email": f"someone{n}@{domain}", **fields}
        for n, domain in enumerate(domains)
    ]


def ids(count):
    return [f"a{n:03}" for n in range(count)]


def finding(grade):
    return Finding(grade=grade, evidence=[])


FAMILY_OF = {
    "email_domain": "IDENTITY",
    "card": "PAYMENT",
    "billing": "PAYMENT",
    "ip": "NETWORK",
    "mailbox": "IDENTITY",
    "device": "IDENTITY",
}


UNKNOWN = Work()


def core(ties, families=(), work=UNKNOWN):
    """The forty, bound by such ties and carried by these families, who work so."""
    return Core(CLUSTER, 40, list(families), ties, work)


def worked(hours, load, rates=0.3):
    """Such hours, loads and rates, where others sleep and differ as people do."""
    return Work(hours=Beside(hours, 0.6), load=Beside(load, 0.8), rates=Beside(rates, 1.0))


def signal_ties(values, few, held=1.0, by_chance=None, networks=1):
    """Forty accounts all tied by so many values, of which the three most used reach ``few`` accounts.

    They send much: an account would hold all of the values if each of its requests took any.
    """
    chance = values if by_chance is None else by_chance
    largest = few // min(values, 3)
    return SignalTies(values, largest, few, reach=40, held=held, by_chance=chance, networks=networks)


@contextmanager
def paid_by_ten_cards(tmp_path, domains):
    """A case and the ties of its cluster: the first 40 accounts, of whom a card pays for each four."""
    accounts = people(domains)
    for n, row in enumerate(accounts[:40]):
        row["payment_fingerprint"] = f"card{n // 4}"
    with one_cluster(tmp_path, accounts, ids(40)) as connection:
        connection.execute(
            "INSERT INTO cluster_value SELECT ?, value FROM shared_value WHERE signal = 'card'", [CLUSTER]
        )
        yield connection, Ties(["PAYMENT"], {"card": signal_ties(10, 12)}, accounts=40)
