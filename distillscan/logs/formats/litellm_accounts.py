"""LiteLLM: its tables of users and of keys, and what its request log says of accounts.

Columns from ``schema.prisma`` of BerriAI/litellm.
"""

from distillscan.logs.formats.format import Computed, Format, Rule, paths
from distillscan.logs.formats.litellm import STANDARD

_LIMITS = paths("""
    spend max_budget soft_budget budget_duration budget_reset_at budget_id tpm_limit rpm_limit
    max_parallel_requests model_spend model_max_budget models
""")

ACCOUNTS = Format(
    name="litellm-accounts",
    title="LiteLLM StandardLoggingPayload, read for the e-mail addresses in it",
    kind="accounts",
    rule=STANDARD.rule,
    fields={
        "account_id": "metadata.user_api_key_user_id",
        "org_id": ("metadata.user_api_key_org_id", "metadata.user_api_key_team_id"),
        "email": "metadata.user_api_key_user_email",
    },
    documents=("metadata",),
    keep=Computed(("metadata.user_api_key_user_email",), lambda email: f"{email} <> ''"),
    gaps=("No sign-up time and no payment.",),
)

USERS = Format(
    name="litellm-users",
    title="LiteLLM LiteLLM_UserTable (dump of the database table)",
    kind="accounts",
    rule=Rule(keys=("user_id", "user_email"), absent=("token",)),
    fields={
        "account_id": "user_id",
        "org_id": ("organization_id", "team_id"),
        "created_at": "created_at",
        "email": "user_email",
    },
    gaps=("No payment, and no address at sign-up.", "Older versions have no sign-up time."),
    ignored=_LIMITS
    + paths("""
        user_role user_alias teams sso_user_id password metadata updated_at allowed_cache_controls policies
        object_permission_id
    """),
)

KEYS = Format(
    name="litellm-keys",
    title="LiteLLM LiteLLM_VerificationToken (dump of the database table)",
    kind="accounts",
    rule=Rule(keys=("token", "user_id", "key_alias")),
    fields={
        # the hash that the request log has; versions before hashing stored the key itself
        "account_id": Computed(
            ("token",), lambda key: f"CASE WHEN starts_with({key}, 'sk-') THEN sha256({key}) ELSE {key} END"
        ),
        "org_id": ("organization_id", "team_id"),
        "created_at": "created_at",
        "status": Computed(
            ("blocked",), lambda flag: f"CASE WHEN try_cast({flag} AS BOOLEAN) THEN 'blocked' END"
        ),
    },
    gaps=(
        "The account of this table is the key: it fits requests ingested with --account-field api_key_id.",
        "No e-mail address and no payment.",
    ),
    ignored=_LIMITS
    + paths("""
        user_id key_name key_alias soft_budget_cooldown expires aliases config permissions metadata
        allowed_cache_controls allowed_routes created_by updated_at updated_by last_active
    """),
)
