"""Microsoft Azure: gateway and model logs of API Management, and the diagnostics of Azure OpenAI.

Records as the fixtures of elastic/integrations (packages/azure_openai) and the tables of Azure Monitor have
them. Resource logs from a storage account or an event hub nest their fields; Log Analytics has flat rows.
"""

from collections.abc import Callable

from distillscan.logs.formats.computed import constant, one_of, span_ms
from distillscan.logs.formats.format import Computed, Format, Rule, Source, paths

_PROVIDER = constant("azure")
#: What the first of a list of messages says, or the text itself where it is no such list.
_ANSWER = Computed(
    ("ResponseMessages",), lambda text: f"coalesce(try(json_extract_string({text}, '$[0].content')), {text})"
)
_CATEGORY = "category"


def _failure(succeeded: str, *reasons: str) -> Computed:
    """The reason of a request that failed."""

    def sql(success: str, *texts: str) -> str:
        return f"CASE WHEN lower({success}) = 'false' THEN coalesce({', '.join(texts)}) END"

    return Computed((succeeded, *reasons), sql)


def _in_properties(column: str) -> str:
    """Where a resource log has what is a column of the table."""
    return f"properties.{column[0].lower()}{column[1:]}"


def _of_gateway(place: Callable[[str], str]) -> dict[str, Source]:
    """The fields that both logs of the gateway have, by the names of the table's columns."""
    return {
        "account_id": (place("ApimSubscriptionId"), place("UserId")),
        "upstream_account_id": place("BackendId"),
        "provider": _PROVIDER,
        "user_agent": (place("RequestHeaders.User-Agent"), place("RequestHeaders.user-agent")),
        "endpoint": place("OperationId"),
        "status_code": (place("ResponseCode"), place("BackendResponseCode")),
    }


def _bodies(side: str, place: Callable[[str], str]) -> Source:
    """Where a body stands: as the gateway saw it, else as the backend did."""
    return place(f"{side}Body"), place(f"Backend{side}Body")


GATEWAY = Format(
    name="azure-apim",
    title="Azure API Management gateway logs (resource log)",
    rule=Rule(keys=("correlationId", "properties"), values={_CATEGORY: ("GatewayLogs",)}),
    fields={
        **_of_gateway(_in_properties),
        "timestamp": "time",
        "request_id": "correlationId",
        "client_ip": "callerIpAddress",
        "error": _failure("isRequestSuccess", "properties.lastError.message", "properties.lastError.reason"),
        "latency_ms": "durationMs",
    },
    request_body=_bodies("Request", _in_properties),
    response_body=_bodies("Response", _in_properties),
    documents=("properties", "properties.requestHeaders"),
    gaps=(
        "The bodies are there only if their logging is turned on for the API, and the service cuts them at"
        " 8,192 bytes; a cut body stands as it is and is not parsed.",
        "Requests without a subscription key have no account.",
    ),
    sidecars=("--accounts: users and subscriptions of the service",),
    ignored=paths("""
        category DeploymentVersion Level Sku location operationName resourceId resultType truncated
        properties.apiId properties.apiRevision properties.backendMethod properties.backendProtocol
        properties.backendTime properties.backendUrl properties.cache properties.clientProtocol
        properties.clientTlsVersion properties.method properties.url properties.requestSize
        properties.responseSize properties.clientTime
    """),
)

GATEWAY_TABLE = Format(
    name="azure-apim-table",
    title="Azure API Management ApiManagementGatewayLogs (Log Analytics)",
    rule=Rule(keys=("CorrelationId", "CallerIpAddress", "TimeGenerated", "ApiId")),
    fields={
        **_of_gateway(str),
        "timestamp": "TimeGenerated",
        "request_id": "CorrelationId",
        "model": ("ModelName", "DeploymentName"),
        "messages": "RequestMessages",
        "response": _ANSWER,
        "input_tokens": "PromptTokens",
        "output_tokens": "CompletionTokens",
        "client_ip": "CallerIpAddress",
        "error": _failure("IsRequestSuccess", "LastErrorMessage", "LastErrorReason"),
        "latency_ms": "TotalTime",
    },
    request_body=_bodies("Request", str),
    response_body=_bodies("Response", str),
    documents=("RequestHeaders",),
    gaps=(
        *GATEWAY.gaps,
        "Messages, model and tokens of ApiManagementGatewayLlmLog are read only where that table was joined.",
    ),
    sidecars=("ApiManagementGatewayLlmLog, joined: whole prompts and answers, tokens",),
    ignored=paths("""
        ApiRevision BackendMethod BackendProtocol BackendTime BackendUrl Cache Category ClientProtocol
        ClientTime ClientTlsVersion Method OperationName Region Url RequestSize ResponseSize TenantId Type
        SourceSystem _ResourceId _BilledSize
    """),
)


def _cut_off(text: str) -> str:
    """A list of messages that ends in the middle, as it stands."""
    return f"CASE WHEN NOT json_valid({text}) THEN {text} END"


def _opening(text: str) -> str:
    """Whether a row has the start of the messages: it is a list of objects, perhaps cut off."""
    return rf"regexp_matches({text}, '^\s*\[\s*\{{')"


LLM = Format(
    name="azure-apim-llm",
    title="Azure API Management ApiManagementGatewayLlmLog (Log Analytics)",
    rule=Rule(keys=("CorrelationId", "SequenceNumber", "RequestMessages", "ModelName")),
    fields={
        "timestamp": "TimeGenerated",
        "request_id": "CorrelationId",
        "upstream_account_id": "BackendId",
        "provider": _PROVIDER,
        "model": ("ModelName", "DeploymentName"),
        "prompt": Computed(("RequestMessages",), _cut_off),
        "messages": "RequestMessages",
        "response": _ANSWER,
        "input_tokens": "PromptTokens",
        "output_tokens": "CompletionTokens",
        "stream": "IsStreamCompletion",
        "endpoint": "OperationName",
    },
    keep=Computed(("RequestMessages",), _opening),
    gaps=(
        "No account and no address: the gateway log of the same service has them.",
        "Messages of more than 32 KB go on in further rows, which are left out: such a prompt is cut.",
        "Tokens and answers in rows of their own are left out.",
    ),
    sidecars=("--edge the gateway log, which names the account and the address of each request",),
    ignored=paths("""
        SequenceNumber RequestId TotalTokens Region ApiVersion TenantId Type SourceSystem _ResourceId
        _BilledSize Category
    """),
)

OPENAI = Format(
    name="azure-openai",
    title="Azure OpenAI RequestResponse diagnostics (resource log)",
    rule=Rule(keys=("correlationId", "properties"), values={_CATEGORY: ("RequestResponse",)}),
    fields={
        "account_id": "properties.objectId",
        "timestamp": ("properties.requestTime", "time"),
        "request_id": "correlationId",
        "upstream_account_id": "resourceId",
        "provider": _PROVIDER,
        "model": ("properties.modelName", "properties.modelDeploymentName"),
        "client_ip": ("callerIpAddress", "CallerIPAddress"),
        "endpoint": "operationName",
        "status_code": "resultSignature",
        "stream": one_of("properties.streamType", "Streaming"),
        "latency_ms": (span_ms("properties.requestTime", "properties.responseTime"), "durationMs"),
    },
    documents=("properties",),
    gaps=(
        "No prompt and no answer, only their lengths: there is no evidence from content.",
        "The last part of the client address is masked.",
        "The caller is known only where it signs in with Entra ID; calls with a key have no account.",
        "No user agent and no token counts.",
    ),
    sidecars=("gateway logs of API Management, in place of these: prompts, whole addresses",),
    ignored=paths("""
        category Tenant event location properties.apiName properties.modelVersion properties.requestLength
        properties.responseLength
    """),
)
