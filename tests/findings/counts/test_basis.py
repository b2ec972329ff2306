"""By what a cluster is counted beside texts of its own: its tools, its addresses, or all its requests."""

import numpy as np
import pytest
from small_cases import case_of

from distillscan.case.frame import frame
from distillscan.case.settle import settle
from distillscan.clusters.own_tools import lay_out_own_tools
from distillscan.findings.counts.matching import MEMBER_REQUESTS, lay_out_matching
from distillscan.signals.incidence import build
from distillscan.signals.texts import text_numbers

CORE, OTHERS = 10, 40
TOOLS = [{"type": "function", "function": {"name": "emit_trace"}}]


@pytest.fixture
def counted(tmp_path):
    """The basis of the count, and the requests counted, of accounts that send what ``sent`` makes of each.

    Prompts with the words ``own`` carry a mark of the cluster.
    """

    def count(sent, own="nothing"):
        requests = [
            {"account_id": f"a{account:02}", "prompt": f"question {account} of {place}"} | record
            for account in range(CORE + OTHERS)
            for place, record in enumerate(sent(account))
        ]
        with case_of(tmp_path, requests) as case:
            settle(case)
            connection = case.connection
            build(connection)
            connection.execute(
                "INSERT INTO membership (cluster_id, account, tier, families) "
                "SELECT 'c', account, 'core', '' FROM account WHERE account < ?",
                [CORE],
            )
            marked = np.zeros(text_numbers(connection), np.bool_)
            rows = frame(connection, "SELECT row_number, prompt_text FROM requests")
            serves = np.array([own in str(record["prompt"]) for record in requests])
            marked[rows["prompt_text"].to_numpy()] = serves[rows["row_number"].to_numpy() - 1]
            lay_out_own_tools(connection)
            lay_out_matching(connection, marked)
            basis = frame(connection, "SELECT basis FROM matching_basis")["basis"].item()
            rows = frame(connection, f"SELECT row_number, matching FROM ({MEMBER_REQUESTS})")
        return basis, rows["matching"].sum()

    return count


def test_a_tool_list_of_their_own_tells_the_requests_of_a_core(counted):
    def sent(account):
        return [{"tools": TOOLS}, {"tools": TOOLS}, {}] if account < CORE else [{}]

    assert counted(sent) == ("tools", 2 * CORE)


def test_a_tool_list_of_their_own_counts_beside_texts_of_their_own(counted):
    def sent(account):
        task = {"prompt": f"solve the task {account}"}
        return [task, {"tools": TOOLS}, task | {"tools": TOOLS}, {}] if account < CORE else [{}]

    assert counted(sent, own="solve the task") == ("content and tools", 3 * CORE)


@pytest.mark.parametrize("holders", [CORE // 2 - 1, CORE + OTHERS])
def test_a_tool_list_of_a_few_or_of_everybody_tells_nothing(counted, holders):
    basis, requests = counted(lambda account: [{"tools": TOOLS} if account < holders else {}, {}])
    assert (basis, requests) == ("membership", 2 * CORE)


def test_addresses_that_only_the_core_shares_are_its_own(counted):
    """Two accounts each come by one address of their own, and from a gateway that everybody uses."""

    def sent(account):
        pool = {"client_ip": f"192.0.2.{account // 2}"} if account < CORE else {}
        return [pool, {"client_ip": "198.51.100.1"}]

    assert counted(sent) == ("network", CORE)
