"""Which keys are a cluster's own, and which would be."""

import random

import polars as pl
from small_cases import case_of

from distillscan.case.frame import frame
from distillscan.case.settle import settle
from distillscan.clusters.core_texts import core_texts
from distillscan.clusters.own_keys import core_shares, held_keys
from distillscan.signals.texts import load_texts

ACCOUNTS, CORE, EACH, MOST = 120, 24, 10, 16


def letters(seed):
    generator = random.Random(seed)
    return " ".join("".join(generator.choices("abcdefgh", k=6)) for _ in range(30))


def test_a_key_is_nearly_own_if_it_were_with_its_other_holder_in_the_core(tmp_path):
    """Of two tasks with as many holders, the one is sent by the core alone, the other by a stranger too."""
    prompts = {
        account: [letters(f"{account} {place}") for place in range(EACH)] for account in range(ACCOUNTS)
    }
    for holders in range(2, MOST):
        for account in range(holders):
            prompts[account].append(letters(f"core {holders}"))
            prompts[account if account else ACCOUNTS - 1].append(letters(f"stranger {holders}"))
    requests = [
        {"account_id": f"a{account:04}", "prompt": prompt}
        for account in prompts
        for prompt in prompts[account]
    ]
    with case_of(tmp_path, requests) as case:
        settle(case)
        case.connection.execute(
            "INSERT INTO membership (cluster_id, account, tier, families) "
            f"SELECT 'c', account, 'core', '' FROM account WHERE account < {CORE}"
        )
        texts = load_texts(case.connection)
        core = core_texts(case.connection, texts)
        held = held_keys(case.connection, texts, core, core_shares(texts, core))
        rows = frame(
            case.connection,
            "SELECT row_number, number FROM requests JOIN shared_text ON text = prompt_text",
        )
    of_row = pl.DataFrame({"prompt": [one["prompt"] for one in requests]}).with_row_index("row_number", 1)
    judged = (
        rows.join(of_row.cast({"row_number": pl.Int64}), on="row_number")
        .join(held, on="number")
        .group_by("prompt")
        .agg(pl.col("own").all(), pl.col("nearly").all())
    )
    found = {prompt: (own, nearly) for prompt, own, nearly in judged.iter_rows()}
    by_core = [found[letters(f"core {holders}")][0] for holders in range(2, MOST)]
    with_stranger = [found[letters(f"stranger {holders}")][1] for holders in range(2, MOST)]
    assert by_core == with_stranger
    assert by_core == sorted(by_core)
    assert set(by_core) == {False, True}
