"""Splink as a rival: accounts deduplicated by the Fellegi-Sunter model, trained on the log itself."""

import logging
import warnings

import duckdb
import polars as pl

MATCH_PROBABILITIES = (0.2, 0.5, 0.8, 0.95)
"""Thresholds, each with a grouping of its own."""

_SEED = 1
_PAIRS = 1e6
#: Share of the pairs of one operator that have a card in common, as the training has to be told.
_CARD_RECALL = 0.7


def splink_groups(requests: pl.DataFrame, accounts: pl.DataFrame) -> list[pl.DataFrame]:
    """Return Splink's clusters by card, addresses, mailbox and hour of sign-up, at each threshold.

    Raises ImportError when Splink is not installed.
    """
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as compare

    exact = ("card", "address", "signup_address", "hour")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            *(compare.ExactMatch(name) for name in exact),
            compare.EmailComparison("mailbox"),
        ],
        blocking_rules_to_generate_predictions=[block_on(name) for name in exact],
    )
    with duckdb.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = DuckDBAPI(connection=connection).register(_records(requests, accounts).to_arrow())
        linker = Linker(table, settings, log_level=logging.ERROR)
        train = linker.training
        train.estimate_probability_two_random_records_match([block_on("card")], recall=_CARD_RECALL)
        train.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=_SEED)
        for name in exact:
            train.estimate_parameters_using_expectation_maximisation(block_on(name))
        pairs = linker.inference.predict(threshold_match_probability=min(MATCH_PROBABILITIES))
        cluster = linker.clustering.cluster_pairwise_predictions_at_threshold
        found = [cluster(pairs, threshold).as_duckdbpyrelation() for threshold in MATCH_PROBABILITIES]
        return [
            pl.DataFrame(groups.to_arrow_table()).select("cluster_id", account_id="unique_id")
            for groups in found
        ]


def _records(requests: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each account, with the address it sends from most."""
    used = requests.group_by("account_id", "client_ip").len().sort("len", "client_ip", descending=True)
    home = used.group_by("account_id", maintain_order=True).first().select("account_id", address="client_ip")
    first = accounts.sort("account_id", "payment_fingerprint").unique("account_id", keep="first")
    return (
        first.join(home, on="account_id")
        .sort("account_id")
        .select(
            "address",
            unique_id="account_id",
            card="payment_fingerprint",
            signup_address="signup_ip",
            mailbox="email",
            hour=pl.col("created_at").cast(pl.String).str.head(13),
        )
    )
