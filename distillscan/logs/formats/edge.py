"""Logs that see requests from elsewhere, read for what they add to the log of the requests themselves."""

from dataclasses import replace

from distillscan.logs.formats import aws, azure, cloudflare
from distillscan.logs.formats.format import Format
from distillscan.logs.record import EDGE


def beside(format_: Format, title: str, *gaps: str) -> Format:
    """The same records as rows to be joined to requests: the fields that a request may lack."""
    return replace(
        format_,
        name=f"{format_.name}-edge",
        title=title,
        kind=EDGE.kind,
        fields={name: format_.fields[name] for name in EDGE.names if name in format_.fields},
        request_body=(),
        response_body=(),
        gaps=gaps,
        sidecars=(),
        ignored=(*format_.ignored, *format_.every_path()),
    )


CLOUDTRAIL = beside(
    aws.CLOUDTRAIL,
    "AWS CloudTrail, joined to the invocation log of Bedrock",
    "Calls that another AWS service makes have its name in place of an address.",
)
GATEWAY = beside(
    azure.GATEWAY,
    "Azure API Management gateway logs (resource log), joined to requests",
    "Requests without a subscription key have no account.",
)
GATEWAY_TABLE = beside(
    azure.GATEWAY_TABLE,
    "Azure API Management ApiManagementGatewayLogs (Log Analytics), joined to requests",
    "Requests without a subscription key have no account.",
)
HTTP = beside(
    cloudflare.HTTP,
    "Cloudflare HTTP requests (Logpush), joined to requests",
    "The account is there, as the hash of its key, only if the capture of the request header is configured.",
)
