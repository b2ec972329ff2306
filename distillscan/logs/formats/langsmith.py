"""LangSmith: runs, as its bulk export writes them to Parquet and its API gives them.

Fields from "Bulk export trace data" and "Run data format" of its documentation.
"""

from distillscan.logs.formats.computed import one_of, span_ms
from distillscan.logs.formats.format import USERS, Computed, Format, Rule, paths

_CLASS_ROLES = (("Human", "user"), ("System", "system"), ("AI", "assistant"), ("Tool", "tool"))
_MESSAGE = '{"role":"VARCHAR","type":"VARCHAR","id":"JSON","content":"JSON","kwargs":{"content":"JSON"}}'


def _message_list(messages: str) -> str:
    """Messages as role and content: LangChain writes the class of each, often in a list of its own."""
    one, several = f"'[{_MESSAGE}]'", f"'[[{_MESSAGE}]]'"
    listed = (
        f"CASE WHEN starts_with({messages}, '[[') THEN try(from_json({messages}, {several}))[1]"
        f" ELSE try(from_json({messages}, {one})) END"
    )
    roles = " ".join(
        f"WHEN turn.type = '{name.lower()}' OR contains(turn.id::VARCHAR, '{name}Message') THEN '{role}'"
        for name, role in _CLASS_ROLES
    )
    role = f"coalesce(turn.role, CASE {roles} END)"
    record = f"{{'role': {role}, 'content': coalesce(turn.content, turn.kwargs.content)}}"
    turns = f"to_json(list_transform({listed}, lambda turn: {record}))"
    return f"CASE WHEN starts_with({messages}, '[') THEN {turns} END"


_METADATA = "extra.metadata"
_PARAMETERS = "extra.invocation_params"

RUNS = Format(
    name="langsmith",
    title="LangSmith runs (bulk export and API)",
    rule=Rule(
        keys=("id", "run_type", "trace_id", "start_time"), any_of=(("dotted_order", "inputs", "session_id"),)
    ),
    fields={
        "account_id": (f"{_METADATA}.user_id", f"{_METADATA}.userId", f"{_METADATA}.user"),
        "timestamp": "start_time",
        "request_id": "id",
        "session_id": (
            f"{_METADATA}.thread_id",
            f"{_METADATA}.session_id",
            f"{_METADATA}.conversation_id",
            "trace_id",
        ),
        "provider": f"{_METADATA}.ls_provider",
        "model": (f"{_PARAMETERS}.model", f"{_PARAMETERS}.model_name", f"{_METADATA}.ls_model_name"),
        "messages": Computed(("inputs.messages",), _message_list),
        "prompt": "$.inputs.prompts[0]",
        "tools": (f"{_PARAMETERS}.tools", "inputs.tools"),
        "response": ("$.outputs.generations[0][0].text", "$.outputs.generations[0].text"),
        "input_tokens": "prompt_tokens",
        "output_tokens": "completion_tokens",
        "temperature": (f"{_PARAMETERS}.temperature", f"{_METADATA}.ls_temperature"),
        "max_tokens": (f"{_PARAMETERS}.max_tokens", f"{_METADATA}.ls_max_tokens"),
        "top_p": f"{_PARAMETERS}.top_p",
        "error": "error",
        "latency_ms": span_ms("start_time", "end_time"),
    },
    request_body="inputs",
    response_body="outputs",
    documents=("extra", "extra.metadata", "extra.invocation_params", "inputs", "outputs"),
    # the other runs are the steps around a call, with the same texts
    keep=one_of("run_type", "llm"),
    gaps=(
        "No client address, no user agent, no key and no status code.",
        "The user is there only if the application writes it into the metadata of its runs.",
        "Fields may have been left out of the export: prompts stand in inputs, the user in extra.",
    ),
    sidecars=(USERS,),
    ignored=paths("""
        tenant_id session_id parent_run_id parent_run_ids reference_example_id name status is_root
        dotted_order trace_tier events tags feedback_stats total_tokens total_cost prompt_cost completion_cost
        first_token_time extra.runtime extra.metadata.ls_model_type extra.invocation_params._type
    """),
)
