"""Throw-away means: virtual and prepaid cards, disposable mailboxes, and mailboxes that a machine has named.

Anybody gets them in any number, and they hide who has them. They are evidence where they are far more common
in a core than elsewhere.
"""

from __future__ import annotations

import numpy as np
from duckdb import DuckDBPyConnection

from distillscan.association.tails import binomial_tail
from distillscan.case.frame import frame
from distillscan.findings.document.verdict import Evidence
from distillscan.findings.verdict.core import Core
from distillscan.findings.verdict.statements import observed
from distillscan.findings.wording import percent
from distillscan.signals.identity import DOMAIN, FREE_DOMAINS, LOCAL, RELAY_DOMAINS, is_thrown_away

VIRTUAL_CARDS, DISPOSABLE_MAIL, MADE_MAILBOXES = "virtual_cards", "disposable_mail", "made_mailboxes"
_STATEMENTS = {
    VIRTUAL_CARDS: "Of the core's {of} cards, {own} are virtual or prepaid, elsewhere {elsewhere}.",
    DISPOSABLE_MAIL: "Of the core's {of} mailboxes, {own} are at domains for throw-away mailboxes, "
    "elsewhere {elsewhere}.",
    MADE_MAILBOXES: "Of the core's {of} mailboxes at free providers, {own} have names that mix letters and "
    "digits, elsewhere {elsewhere}.",
}
#: Cards or mailboxes a core must have for a share of them to tell anything, how much more common throw-away
#: ones must be there than elsewhere, the most chance may have of so many, and the share they must be.
_MIN_OWN, _MIN_LIFT, _MAX_P = 5, 2, 0.001
_MIN_SHARE = {VIRTUAL_CARDS: 0.5, DISPOSABLE_MAIL: 0.2, MADE_MAILBOXES: 0.5}
#: Letters in a row, on average, up to which they are no words.
_LETTERS_IN_A_ROW = 3
_BARE = f"regexp_replace({LOCAL}, '[^\\p{{L}}\\d]', '', 'g')"
_RUNS = f"regexp_extract_all({_BARE}, '\\p{{L}}+')"
#: Letters and digits change places three times or more, and hardly a word stands: k3f09xq.
_MADE = f"""
    len(regexp_extract_all({_BARE}, '\\p{{L}}+|\\d+')) > 3
    AND length(array_to_string({_RUNS}, '')) <= {_LETTERS_IN_A_ROW} * len({_RUNS})
"""
_MAILBOXES = "FROM accounts SEMI JOIN account USING (account_id) WHERE contains(email, '@')"
_DOMAINS = f"SELECT DISTINCT {DOMAIN} {_MAILBOXES}"
# a card is one thing, however many accounts it pays for; a mailbox is its account's
_ACCOUNT_MEANS = f"""
    CREATE OR REPLACE TEMP TABLE account_means AS
    SELECT code, account_id, means, bool_or(throwaway) OVER (PARTITION BY code, means) AS throwaway
    FROM (
        SELECT '{VIRTUAL_CARDS}' AS code, account_id, COALESCE(payment_fingerprint, account_id) AS means,
               lower(payment_funding) IN ('virtual', 'prepaid') AS throwaway
        FROM accounts SEMI JOIN account USING (account_id) WHERE payment_funding IS NOT NULL
        UNION ALL
        SELECT '{DISPOSABLE_MAIL}', account_id, account_id, {DOMAIN} IN (SELECT unnest($thrown_away))
        {_MAILBOXES}
        UNION ALL
        SELECT '{MADE_MAILBOXES}', account_id, account_id, {_MADE}
        FROM (SELECT account_id, MIN(email) AS email
              {_MAILBOXES} AND {DOMAIN} IN (SELECT unnest($opened)) GROUP BY account_id)
    )
"""
_COUNTED = """
    SELECT code, COUNT(DISTINCT means) AS n, COUNT(DISTINCT means) FILTER (throwaway) AS found
    FROM account_means
"""
_BY_ALL = f"CREATE OR REPLACE TEMP TABLE means_of_all AS {_COUNTED} GROUP BY code"
_OF_CORE = f"""
    SELECT code, own.n, own.found, everybody.n - own.n, everybody.found - own.found
    FROM ({_COUNTED} SEMI JOIN (FROM core_account WHERE cluster_id = ?) USING (account_id) GROUP BY code) own
    JOIN means_of_all everybody USING (code)
"""


def lay_out(connection: DuckDBPyConnection) -> None:
    """Create the temporary tables of the means of each account, and of how many there are of each kind."""
    thrown_away = [domain for domain in frame(connection, _DOMAINS).to_series() if is_thrown_away(domain)]
    # what people open, and name
    opened = sorted(FREE_DOMAINS - RELAY_DOMAINS)
    connection.execute(_ACCOUNT_MEANS, {"thrown_away": thrown_away, "opened": opened})
    connection.execute(_BY_ALL)


def throwaway_means(connection: DuckDBPyConnection, core: Core) -> list[Evidence]:
    """Return the evidence of each kind of means that is far more common in the core than elsewhere."""
    seen = []
    for code, own, found, others, found_elsewhere in frame(connection, _OF_CORE, [core.cluster_id]).rows():
        if own < _MIN_OWN or others == 0 or found < _MIN_SHARE[code] * own:
            continue
        background = found_elsewhere / others
        p = binomial_tail(np.array([found]), np.array([own]), np.array([background]))
        if found < _MIN_LIFT * background * own or p[0] > _MAX_P:
            continue
        share, elsewhere = round(found / own, 4), round(background, 4)
        said = _STATEMENTS[code].format(of=f"{own:,}", own=percent(share), elsewhere=percent(elsewhere))
        seen += observed(code, said, share, elsewhere)
    return seen
