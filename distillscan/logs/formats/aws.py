"""Amazon Web Services: the invocation log of Bedrock, and the calls of Bedrock in CloudTrail.

Bedrock's record as its user guide and the fixtures of elastic/integrations (packages/aws_bedrock) show it;
CloudTrail's from its event reference.
"""

from distillscan.logs.formats.computed import constant, one_of
from distillscan.logs.formats.format import NO_TEXT, Computed, Format, Rule, paths

_STREAMS = ("InvokeModelWithResponseStream", "ConverseStream", "InvokeModelWithBidirectionalStream")
_CALLS = ("InvokeModel", "Converse", *_STREAMS)
_CALLER = (
    "The caller is an identity of AWS: users of an application that calls in its own name are one account."
)

BEDROCK = Format(
    name="bedrock",
    title="AWS Bedrock model invocation log (S3 or CloudWatch)",
    rule=Rule(keys=("requestId", "modelId"), values={"schemaType": ("ModelInvocationLog",)}),
    fields={
        "account_id": "identity.arn",
        "timestamp": "timestamp",
        "request_id": "requestId",
        # whose quota and bill served it, which is no organisation that a customer declares
        "upstream_account_id": "accountId",
        "api_key_id": "cloudtrail.userIdentity.accessKeyId",
        "provider": constant("aws.bedrock"),
        "model": "modelId",
        "client_ip": "cloudtrail.sourceIPAddress",
        "user_agent": "cloudtrail.userAgent",
        "endpoint": "operation",
        "stream": one_of("operation", *_STREAMS),
        "input_tokens": "input.inputTokenCount",
        "output_tokens": "output.outputTokenCount",
        "cached_tokens": "input.cacheReadInputTokenCount",
        "error": "errorCode",
        "latency_ms": "output.outputBodyJson.metrics.latencyMs",
    },
    request_body="input.inputBodyJson",
    response_body="output.outputBodyJson",
    documents=("output.outputBodyJson",),
    gaps=(
        "No client address and no user agent: CloudTrail has them.",
        _CALLER,
        "Bodies of more than 100 KB are objects of their own in S3: such a record has a path in place of"
        " the text.",
        "Texts are missing when the delivery of text was turned off.",
    ),
    sidecars=("--edge CloudTrail: address, user agent",),
    ignored=paths("""
        schemaType schemaVersion region inferenceRegion input.inputContentType output.outputContentType
        cloudtrail
    """),
)


def _invocation() -> Computed:
    """Whether an event is a call of a model; CloudTrail records every call of every service."""
    calls = ", ".join(f"'{call}'" for call in _CALLS)
    return Computed(
        ("eventName", "eventSource"),
        lambda name, source: f"{source} = 'bedrock.amazonaws.com' AND {name} IN ({calls})",
    )


CLOUDTRAIL = Format(
    name="cloudtrail",
    title="AWS CloudTrail, the calls of Bedrock models in it",
    rule=Rule(keys=("eventSource", "eventName", "eventTime", "userIdentity", "sourceIPAddress")),
    fields={
        "account_id": ("userIdentity.arn", "userIdentity.principalId"),
        "timestamp": "eventTime",
        "request_id": "requestID",
        "api_key_id": "userIdentity.accessKeyId",
        "upstream_account_id": ("recipientAccountId", "userIdentity.accountId"),
        "provider": constant("aws.bedrock"),
        "model": "requestParameters.modelId",
        "client_ip": "sourceIPAddress",
        "user_agent": "userAgent",
        "endpoint": "eventName",
        "stream": one_of("eventName", *_STREAMS),
        "error": ("errorMessage", "errorCode"),
    },
    keep=_invocation(),
    gaps=(
        NO_TEXT,
        "No token counts.",
        _CALLER,
        "Calls that another AWS service makes have its name in place of an address.",
    ),
    sidecars=("the invocation log of Bedrock, with these events as --edge: prompts, answers, tokens",),
    ignored=paths("""
        eventVersion eventID eventType eventCategory awsRegion readOnly managementEvent responseElements
        resources sharedEventID userIdentity tlsDetails additionalEventData
    """),
)
