"""Tables in which hosted platforms keep requests and answers: Vertex AI in BigQuery, Databricks in Delta.

Columns from the fields of elastic/integrations (packages/gcp_vertexai) and the inference-table pages of the
documentation of Databricks.
"""

from distillscan.logs.formats.computed import constant
from distillscan.logs.formats.format import Computed, Format, Rule

VERTEX = Format(
    name="vertex",
    title="Vertex AI request-response log (BigQuery table)",
    rule=Rule(keys=("logging_time", "request_id"), any_of=(("full_request", "request_payload"),)),
    fields={
        # columns of a join with the audit log; the table itself has no caller
        "account_id": "caller",
        "client_ip": "caller_ip",
        "user_agent": "caller_user_agent",
        "timestamp": "logging_time",
        "request_id": "request_id",
        "upstream_account_id": "endpoint",
        "provider": constant("vertex"),
        "model": ("model", "deployed_model_id"),
        "endpoint": "api_method",
        "latency_ms": "metadata.request_latency",
    },
    request_body=("full_request", "$.request_payload[0]"),
    response_body=("full_response", "$.response_payload[0]"),
    documents=("metadata",),
    gaps=(
        "No caller of any kind: no account, no key, no client address, no user agent.",
        "The log is a sample when its sampling rate is below 1, and no record says so.",
    ),
    sidecars=("data access logs of Cloud Audit Logs, joined: caller, address, user agent",),
    ignored=("model_version", "otel_log"),
)

DATABRICKS = Format(
    name="databricks",
    title="Databricks inference table (Delta table, both generations)",
    rule=Rule(keys=("databricks_request_id", "request", "response")),
    fields={
        "account_id": "requester",
        "timestamp": ("request_time", "timestamp_ms"),
        "request_id": "databricks_request_id",
        "upstream_account_id": "served_entity_id",
        "provider": constant("databricks"),
        "model": "request_metadata.model_name",
        "status_code": "status_code",
        "error": Computed(("logging_error_codes",), lambda codes: f"nullif({codes}, '[]')"),
        "latency_ms": ("execution_duration_ms", "execution_time_ms"),
    },
    request_body="request",
    response_body="response",
    documents=("request_metadata",),
    gaps=(
        "No client address and no user agent.",
        "The older generation of the table has no requester.",
        "The table holds a sample where its column sampling_fraction is below 1.",
    ),
    sidecars=("audit logs, joined: client address, user agent",),
    ignored=("request_date", "date", "request_metadata", "schema_version"),
)
