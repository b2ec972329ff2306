"""Langfuse: the observations of its export to blob storage, of its API, and of single traces.

Fields from its "Blob storage export field reference" (``observations_v2``) and ``commons.yml`` of its API.
"""

from distillscan.logs.formats.computed import one_of, span_ms
from distillscan.logs.formats.format import USERS, Computed, Format, Rule, Source, paths

_NO_CALLER = "No client address, no user agent, no key and no status code."
_USERS = "The user is there only if the application names it."


def _error(level: str, message: str) -> Computed:
    return Computed((level, message), lambda grade, text: f"CASE WHEN {grade} = 'ERROR' THEN {text} END")


def _parameters(block: str) -> dict[str, Source]:
    return {
        "temperature": f"{block}.temperature",
        "max_tokens": (f"{block}.max_tokens", f"{block}.max_completion_tokens"),
        "top_p": f"{block}.top_p",
        "stop": f"{block}.stop",
    }


EXPORT = Format(
    name="langfuse",
    title="Langfuse observations (export to blob storage)",
    rule=Rule(keys=("id", "trace_id", "project_id", "type", "start_time")),
    fields=_parameters("model_parameters")
    | {
        "account_id": "user_id",
        "timestamp": "start_time",
        "request_id": "id",
        "session_id": "session_id",
        "model": "provided_model_name",
        "input_tokens": "usage_details.input",
        "output_tokens": "usage_details.output",
        "cached_tokens": ("usage_details.input_cache_read", "usage_details.cache_read_input_tokens"),
        "error": _error("level", "status_message"),
        # the column latency is in seconds or milliseconds, as old as the integration is
        "latency_ms": span_ms("start_time", "end_time"),
    },
    request_body="input",
    response_body="output",
    documents=("model_parameters", "usage_details", "metadata"),
    keep=one_of("type", "GENERATION"),
    gaps=(
        _NO_CALLER,
        _USERS,
        "Prompts, answers, model and user are there only if their field groups were exported;"
        " the older export without field groups keeps the user with the trace.",
    ),
    sidecars=(USERS,),
    ignored=paths("""
        project_id environment trace_id parent_observation_id name version release created_at updated_at
        completion_start_time time_to_first_token latency cost_details total_cost input_price output_price
        total_price model_id usage_pricing_tier_id usage_pricing_tier_name usage_details.total bookmarked
        public prompt_id prompt_name prompt_version trace_name level tool_definitions tool_calls
        tool_call_names
    """),
)


def _observation(at: str) -> dict[str, Source]:
    return _parameters(f"{at}modelParameters") | {
        "timestamp": f"{at}startTime",
        "request_id": f"{at}id",
        "model": f"{at}model",
        "input_tokens": (f"{at}usageDetails.input", f"{at}usage.input", f"{at}usage.promptTokens"),
        "output_tokens": (f"{at}usageDetails.output", f"{at}usage.output", f"{at}usage.completionTokens"),
        "error": _error(f"{at}level", f"{at}statusMessage"),
        "latency_ms": span_ms(f"{at}startTime", f"{at}endTime"),
    }


API = Format(
    name="langfuse-api",
    title="Langfuse observations (API and web page)",
    rule=Rule(keys=("id", "traceId", "type", "startTime")),
    fields=_observation("") | {"account_id": "userId", "session_id": "sessionId"},
    request_body="input",
    response_body="output",
    documents=("modelParameters", "usage", "usageDetails"),
    keep=one_of("type", "GENERATION"),
    gaps=(
        _NO_CALLER,
        "Older versions keep the user with the trace, not with the observation:"
        " export the traces with their observations instead.",
    ),
    sidecars=(USERS,),
    ignored=paths("""
        traceId parentObservationId name environment version level projectId completionStartTime createdAt
        updatedAt usage.total usage.totalTokens usage.unit usageDetails.total costDetails latency
        timeToFirstToken promptId promptName promptVersion
    """),
)


def _observations(line: str) -> str:
    """Each observation of a trace, with the user and the session that the trace names."""
    shape = """'{"userId":"VARCHAR","sessionId":"VARCHAR","observations":["JSON"]}'"""
    trace = f"from_json({line}, {shape})"
    record = f"{{'userId': {trace}.userId, 'sessionId': {trace}.sessionId, 'observation': observation}}"
    return f"list_transform({trace}.observations, lambda observation: to_json({record})::VARCHAR)"


TRACES = Format(
    name="langfuse-traces",
    title="Langfuse traces with their observations (API and web page)",
    rule=Rule(keys=("id", "observations"), any_of=(("userId", "sessionId", "htmlPath", "scores"),)),
    fields=_observation("observation.") | {"account_id": "userId", "session_id": "sessionId"},
    request_body="observation.input",
    response_body="observation.output",
    documents=("observation", "observation.modelParameters", "observation.usageDetails"),
    explode=_observations,
    keep=one_of("observation.type", "GENERATION"),
    gaps=(_NO_CALLER, _USERS),
    sidecars=(USERS,),
    ignored=paths("""
        id name timestamp projectId environment release version tags public createdAt updatedAt htmlPath
        latency totalCost scores input output bookmarked metadata observations
    """),
)
