"""The formats of request logs, one declaration each. A new format is one module and one line here."""

from distillscan.errors import LogError
from distillscan.logs.formats import (
    aws,
    azure,
    batches,
    bodies,
    cloudflare,
    edge,
    gateways,
    helicone,
    hosted,
    langfuse,
    langsmith,
    litellm,
    litellm_accounts,
    openrouter,
    openwebui,
    otlp,
    otlp_logs,
    phoenix,
    portkey,
    resale,
    resale_accounts,
    research,
    stripe,
)
from distillscan.logs.formats.format import RECORDS_A_LINE, Format
from distillscan.logs.mapping import FLAT

__all__ = ["FORMATS", "Format", "format_named", "records_a_line"]

#: Every format but `FLAT`, in the order in which they are listed.
FORMATS: tuple[Format, ...] = (
    bodies.BARE,
    bodies.WRAPPED,
    litellm.STANDARD,
    litellm_accounts.ACCOUNTS,
    litellm.SPEND_LOGS,
    resale.ONE_API,
    resale.NEW_API,
    resale.SUB2API,
    aws.BEDROCK,
    aws.CLOUDTRAIL,
    langfuse.EXPORT,
    langfuse.API,
    langfuse.TRACES,
    helicone.REQUESTS,
    helicone.TABLE,
    portkey.REQUESTS,
    gateways.KONG,
    gateways.ENVOY,
    langsmith.RUNS,
    openwebui.AUDIT,
    openwebui.ACCOUNTS,
    openrouter.GENERATIONS,
    phoenix.SPANS,
    batches.OPENAI,
    batches.ANTHROPIC,
    research.WILDCHAT,
    research.LMSYS,
    research.SHAREGPT,
    litellm_accounts.USERS,
    litellm_accounts.KEYS,
    resale_accounts.USERS,
    resale_accounts.TOKENS,
    resale_accounts.REDEMPTIONS,
    stripe.CARDS,
    azure.GATEWAY,
    azure.GATEWAY_TABLE,
    azure.LLM,
    azure.OPENAI,
    hosted.VERTEX,
    hosted.DATABRICKS,
    cloudflare.HTTP,
    cloudflare.AI_GATEWAY,
    otlp.TRACES,
    otlp_logs.LOGS,
    edge.CLOUDTRAIL,
    edge.GATEWAY,
    edge.GATEWAY_TABLE,
    edge.HTTP,
)
_BY_NAME = {found.name: found for found in FORMATS}


def format_named(name: str) -> Format | None:
    """The format of this name; None for the flat one, which is not declared. Raises LogError for another."""
    if name == FLAT:
        return None
    if name not in _BY_NAME:
        known = ", ".join((FLAT, *sorted(_BY_NAME)))
        raise LogError(f"no format is called {name!r}: choose auto or one of {known}")
    return _BY_NAME[name]


def records_a_line(name: str) -> int:
    """What a line's number is multiplied by to number the records in it; 1 when it is a record itself."""
    found = format_named(name)
    return RECORDS_A_LINE if found is not None and found.has_several_a_line else 1
