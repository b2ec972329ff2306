"""OpenRouter: generations, as its endpoint for one generation answers. Fields from its API reference."""

from distillscan.logs.formats.format import NO_TEXT, USERS, Format, Rule, paths


def _places(name: str) -> tuple[str, str]:
    """The answer of the API as it is, or what stands in its `data`."""
    return (name, f"data.{name}")


GENERATIONS = Format(
    name="openrouter",
    title="OpenRouter generations (API)",
    rule=Rule(any_of=(_places("native_tokens_prompt"), _places("provider_name"), _places("created_at"))),
    fields={
        "account_id": _places("external_user"),
        "timestamp": _places("created_at"),
        "request_id": _places("id"),
        "session_id": _places("session_id"),
        "provider": _places("provider_name"),
        "model": _places("model"),
        "input_tokens": (*_places("native_tokens_prompt"), *_places("tokens_prompt")),
        "output_tokens": (*_places("native_tokens_completion"), *_places("tokens_completion")),
        "reasoning_tokens": _places("native_tokens_reasoning"),
        "cached_tokens": _places("native_tokens_cached"),
        "stream": _places("streamed"),
        "user_agent": _places("user_agent"),
        "endpoint": _places("api_type"),
        "latency_ms": _places("latency"),
        "finish_reason": _places("finish_reason"),
    },
    documents=("data",),
    gaps=(
        NO_TEXT,
        "No client address and no key.",
        "The user is there only if the application names it in its requests.",
    ),
    sidecars=(USERS,),
    ignored=tuple(
        path
        for name in paths("""
            upstream_id total_cost upstream_inference_cost cache_discount app_id cancelled generation_time
            moderation_latency native_finish_reason usage is_byok router num_media_prompt num_media_completion
            num_search_results tokens_prompt tokens_completion native_tokens_completion_images
        """)
        for path in _places(name)
    ),
)
