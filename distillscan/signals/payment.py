"""PAYMENT: who pays. Only the account table can tell; no request log carries it."""

from distillscan.signals.signal import Signal, from_accounts

FAMILY = "PAYMENT"

BILLING_NAME = "regexp_replace(lower(trim(billing_name)), '[^\\p{L}\\p{N}]+', ' ', 'g')"

SIGNALS = (
    Signal(FAMILY, "card", ("payment_fingerprint",), from_accounts("payment_fingerprint"), binding=True),
    Signal(
        FAMILY,
        "billing",
        ("payment_bin", "billing_name"),
        from_accounts(f"payment_bin || ' ' || {BILLING_NAME}", "length(billing_name) >= 5"),
        binding=True,
    ),
    # a referral campaign of an influencer brings strangers, so an inviter binds nobody by itself
    Signal(FAMILY, "inviter", ("inviter_id",), from_accounts("inviter_id")),
)
