"""A scanned sample case that explanations are asked of."""

from pathlib import Path

import pytest
from small_cases import read_log

from distillscan.case.store import open_case
from distillscan.findings.explain.question import Question
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings

SAMPLE = Path(__file__).parents[3] / "sample_logs"


@pytest.fixture(scope="package")
def question(tmp_path_factory):
    path = tmp_path_factory.mktemp("explain") / "case.duckdb"
    with open_case(path, create=True) as case:
        read_log(case, SAMPLE)
        yield Question(case, scan(case, settings=Settings(permutations=1)))


@pytest.fixture(scope="package")
def ids(question):
    """The first column of a query's answer."""
    return lambda query: [row[0] for row in question.connection.execute(query).fetchall()]


@pytest.fixture(scope="package")
def core(question, ids):
    """Core accounts of the campaign."""
    cluster = question.findings.clusters[0].cluster_id
    return ids(
        "SELECT account_id FROM membership JOIN account USING (account) "
        f"WHERE tier = 'core' AND cluster_id = '{cluster}' ORDER BY account_id"
    )


@pytest.fixture(scope="package")
def outside(ids):
    """An account in no cluster that holds a value which marks one."""
    (account,) = ids(
        "SELECT account_id FROM account ANTI JOIN membership USING (account) WHERE account IN "
        "(SELECT account FROM incidence SEMI JOIN cluster_value USING (value) "
        "JOIN shared_value USING (value) WHERE NOT broad) ORDER BY 1 LIMIT 1"
    )
    return account
