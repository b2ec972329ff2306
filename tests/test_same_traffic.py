"""The same invented traffic, written as ten systems write it, gives the same clusters.

What a format does not carry cannot count: its result is that of a plain log with those fields left out.
"""

import json
from datetime import UTC, datetime

import pytest
from small_cases import write_jsonl

from distillscan.case.ingest import ingest
from distillscan.case.store import open_case
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.logs.mapping import AUTO

MEMBERS = [f"member-{number:02}" for number in range(16)]
STRANGERS = [f"stranger-{number:02}" for number in range(64)]
START = 1_772_409_600
TASKS = ("rivers", "bridges", "winters", "harvests", "markets")
SYSTEM = "You grade essays of pupils by the rules below and give a mark from one to ten."


def traffic():
    """Members grade essays through a few addresses of their own; strangers ask what nobody else does."""
    for number, member in enumerate(MEMBERS):
        for turn, task in enumerate(TASKS):
            yield {
                "account": member,
                "at": START + 7200 * number + 977 * turn,
                "system": SYSTEM,
                "prompt": f"Grade this essay about {task}, and say in one line what the pupil should learn.",
                "ip": f"198.51.100.{1 + (number + turn) % 4}",
            }
    for number, stranger in enumerate(STRANGERS):
        for turn in range(4):
            yield {
                "account": stranger,
                "at": START + 3301 * number + 11311 * turn,
                "system": f"You help with matter {number} of my own.",
                "prompt": " ".join(
                    f"{word}{number * 7 + turn}" for word in ("why", "does", "thing", "differ")
                ),
                "ip": f"192.0.2.{1 + number}",
            }


def cards():
    """Four cards among the members, who signed up on one day; one for each stranger, over the years."""
    for number, member in enumerate(MEMBERS):
        yield {
            "account_id": member,
            "payment_fingerprint": f"card-of-pool-{number % 4}",
            "created_at": START - 86400 + 600 * (number // 4),
        }
    for number, stranger in enumerate(STRANGERS):
        signed_up = START - 90_001 * (number + 3)
        yield {
            "account_id": stranger,
            "payment_fingerprint": f"card-of-{stranger}",
            "created_at": signed_up,
        }


def iso(seconds):
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def turns(asked):
    return [{"role": "system", "content": asked["system"]}, {"role": "user", "content": asked["prompt"]}]


def body(asked):
    return {"model": "gpt-4o", "messages": turns(asked)}


def flat(asked, number, without=()):
    whole = {
        "prompt": asked["prompt"],
        "system": asked["system"],
        "client_ip": asked["ip"],
        "model": "gpt-4o",
    }
    kept = {name: value for name, value in whole.items() if name not in without}
    return {"account_id": asked["account"], "timestamp": iso(asked["at"]), "request_id": f"r{number}", **kept}


def litellm(asked, number):
    return {
        "id": f"r{number}",
        "call_type": "acompletion",
        "model_parameters": {},
        "hidden_params": {},
        "startTime": asked["at"],
        "model": "gpt-4o",
        "messages": turns(asked),
        "requester_ip_address": asked["ip"],
        "metadata": json.dumps({"user_api_key_user_id": asked["account"]}),
    }


def kong(asked, number):
    return {
        "request": {"id": f"r{number}", "headers": {}},
        "response": {"status": 200},
        "latencies": {"request": 900},
        "started_at": asked["at"] * 1000,
        "client_ip": asked["ip"],
        "consumer": {"id": asked["account"]},
        "ai": {"proxy": {"payload": {"request": json.dumps(body(asked))}}},
    }


def open_webui(asked, number):
    return {
        "id": f"r{number}",
        "timestamp": asked["at"],
        "user": {"id": asked["account"]},
        "audit_level": "REQUEST",
        "verb": "POST",
        "request_uri": "https://chat.example.com/api/chat/completions",
        "source_ip": asked["ip"],
        "request_object": json.dumps(body(asked)),
    }


def langfuse(asked, number):
    return {
        "id": f"r{number}",
        "trace_id": f"t{number}",
        "project_id": "p",
        "type": "GENERATION",
        "start_time": iso(asked["at"]).replace("T", " ").replace("Z", ".000000"),
        "user_id": asked["account"],
        "provided_model_name": "gpt-4o",
        "input": json.dumps(turns(asked)),
    }


def helicone(asked, number):
    return {
        "request_id": f"r{number}",
        "response_id": f"a{number}",
        "request_created_at": iso(asked["at"]),
        "response_status": 200,
        "request_user_id": asked["account"],
        "request_body": body(asked),
    }


def portkey(asked, number):
    return {
        "id": f"r{number}",
        "created_at": iso(asked["at"]),
        "ai_org": "openai",
        "ai_model": "gpt-4o",
        "response_status_code": 200,
        "metadata": {"_user": asked["account"]},
        "request.body": json.dumps(body(asked)),
    }


def langsmith(asked, number):
    return {
        "id": f"r{number}",
        "run_type": "llm",
        "trace_id": f"t{number}",
        "start_time": iso(asked["at"]),
        "inputs": json.dumps({"messages": turns(asked)}),
        "extra": {"metadata": {"user_id": asked["account"], "ls_model_name": "gpt-4o"}},
    }


def openai_batch(asked, number):
    added = {"customer_id": asked["account"], "submitted_at": asked["at"]}
    return {"custom_id": f"r{number}", "method": "POST", "url": "/v1/x", "body": body(asked), **added}


def new_api(asked, number):
    counted = {"quota": 1, "use_time": 1, "prompt_tokens": 9, "completion_tokens": 9}
    named = {"token_name": "t", "token_id": asked["account"], "model_name": "gpt-4o"}
    return {
        "user_id": asked["account"],
        "created_at": asked["at"],
        "type": 2,
        "ip": asked["ip"],
        "request_id": f"r{number}",
        **counted,
        **named,
    }


def envoy(asked, number):
    return {
        "start_time": iso(asked["at"]),
        "response_code": 200,
        "genai_model_name": "gpt-4o",
        "x-request-id": f"r{number}",
        "x-user-id": asked["account"],
        "x-forwarded-for": asked["ip"],
    }


#: How each system writes a request, by what it leaves out of it.
WRITERS = {
    (): (litellm, kong, open_webui),
    ("client_ip",): (langfuse, helicone, portkey, langsmith, openai_batch),
    ("prompt", "system"): (new_api, envoy),
}
PAIRS = [(without, writer) for without, writers in WRITERS.items() for writer in writers]


def scanned(directory, write):
    """The clusters as sets of accounts with their tiers, and the families that had nothing to say."""
    with open_case(directory / "case.duckdb", create=True) as case:
        records = [write(asked, number) for number, asked in enumerate(traffic())]
        summary = ingest(case, [write_jsonl(directory / "log.jsonl", records)], format_=AUTO)
        assert (summary.read, summary.rejected) == (len(records), 0)
        ingest(case, [write_jsonl(directory / "cards.jsonl", cards())], kind="accounts")
        findings = scan(case, settings=Settings(permutations=1))
        members = case.connection.execute(
            "SELECT list((account_id, tier) ORDER BY account_id) FROM membership JOIN account USING (account)"
            " GROUP BY cluster_id ORDER BY 1"
        ).fetchall()
    return [cluster for (cluster,) in members], findings.tested.families_missing


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The result of a plain log, for each choice of fields that is left out."""
    return {
        without: scanned(
            tmp_path_factory.mktemp("plain"), lambda asked, number, out=without: flat(asked, number, out)
        )
        for without in WRITERS
    }


@pytest.mark.parametrize(("without", "writer"), PAIRS, ids=[writer.__name__ for _, writer in PAIRS])
def test_it_gives_the_clusters_of_a_plain_log(without, writer, plain, tmp_path):
    assert scanned(tmp_path, writer) == plain[without]


def test_what_is_carried_is_enough_and_what_is_missing_is_said(plain):
    for (cluster,), _ in plain.values():
        assert [account for account, _ in cluster] == MEMBERS
    missing = {without: families for without, (_, families) in plain.items()}
    assert missing[()] == ["IDENTITY"]
    assert missing["client_ip",] == ["NETWORK", "IDENTITY"]
    assert missing["prompt", "system"] == ["IDENTITY", "CONTENT"]
