"""Stripe: charges and payment methods, for the cards that accounts pay with.

Fields from the objects Charge and PaymentMethod of its API.
"""

from distillscan.logs.formats.format import Computed, Format, Rule, paths

_CARDS = ("payment_method_details.card", "card")
_BANKS = ("sepa_debit", "us_bank_account", "bacs_debit")


def _of_card(name: str) -> tuple[str, ...]:
    return tuple(f"{card}.{name}" for card in _CARDS)


def _issuer(card: str) -> Computed:
    """Brand and last digits, where the first digits are not shown: a brand alone would tie namesakes."""
    return Computed((f"{card}.brand", f"{card}.last4"), lambda brand, last: f"{brand} || '-' || {last}")


CARDS = Format(
    name="stripe",
    title="Stripe charges and payment methods",
    kind="accounts",
    rule=Rule(keys=("billing_details",), values={"object": ("charge", "payment_method")}),
    fields={
        "account_id": ("metadata.account_id", "metadata.user_id", "customer.id", "customer"),
        "email": ("billing_details.email", "receipt_email"),
        "phone": "billing_details.phone",
        "payment_fingerprint": (
            *_of_card("fingerprint"),
            *(f"payment_method_details.{bank}.fingerprint" for bank in _BANKS),
            *(f"{bank}.fingerprint" for bank in _BANKS),
        ),
        "payment_bin": (*_of_card("iin"), *(_issuer(card) for card in _CARDS)),
        "payment_funding": _of_card("funding"),
        "billing_name": "billing_details.name",
        "billing_country": ("billing_details.address.country", *_of_card("country")),
    },
    documents=("billing_details", "metadata", "payment_method_details", "card", *_BANKS, "customer"),
    gaps=(
        "A card in a wallet may show the number of the wallet: one card can have several fingerprints.",
        "A fingerprint is the same only within one Stripe account.",
        "No sign-up time: the time of a payment is none.",
    ),
    ignored=paths("""
        id object created livemode type amount amount_captured amount_refunded currency status paid captured
        refunded disputed balance_transaction invoice payment_intent payment_method receipt_url outcome
        description calculated_statement_descriptor payment_method_details.type billing_details.address
    """)
    + tuple(
        path
        for name in paths("exp_month exp_year checks wallet network networks three_d_secure_usage")
        for path in _of_card(name)
    ),
)
