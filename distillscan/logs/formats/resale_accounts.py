"""one-api and new-api: who their users are, when their keys were made, and which codes they redeemed.

Columns from ``model/user.go``, ``model/token.go`` and ``model/redemption.go`` of songquanpeng/one-api and
QuantumNous/new-api. Passwords, access tokens, keys and codes are secrets: no path leads to them.
"""

from distillscan.logs.formats.computed import unless
from distillscan.logs.formats.format import Computed, Format, Rule, paths

_SECRETS = ("password", "access_token", "key")

USERS = Format(
    name="one-api-users",
    title="one-api and new-api users (dump of the database table)",
    kind="accounts",
    rule=Rule(keys=("id", "username", "email", "aff_code", "inviter_id")),
    fields={
        "account_id": "id",
        "email": "email",
        "created_at": unless("created_at", "0"),
        "inviter_id": unless("inviter_id", "0"),
        # 2 is a user whom the operator shut out
        "status": Computed(("status",), lambda code: f"CASE {code} WHEN '2' THEN 'blocked' ELSE {code} END"),
        "plan": "group",
    },
    gaps=(
        "No card and no address; one-api has no sign-up time either.",
        "Log-ins with GitHub, WeChat and others are not compared: each belongs to one user only.",
    ),
    ignored=_SECRETS
    + paths("""
        username display_name role quota used_quota request_count aff_code aff_count aff_quota aff_history
        github_id wechat_id lark_id oidc_id telegram_id discord_id linux_do_id setting remark stripe_customer
        last_login_at DeletedAt deleted_at
    """),
)

TOKENS = Format(
    name="one-api-tokens",
    title="one-api and new-api tokens (dump of the database table)",
    kind="accounts",
    rule=Rule(keys=("id", "user_id", "created_time", "accessed_time", "remain_quota")),
    fields={"account_id": "user_id", "created_at": "created_time"},
    gaps=(
        "The time is that at which a key was made, of which a user may have several.",
        "The keys themselves are secrets and are not read.",
    ),
    ignored=_SECRETS
    + paths("""
        id name status accessed_time expired_time remain_quota unlimited_quota used_quota models model_limits
        model_limits_enabled group cross_group_retry billing_type DeletedAt deleted_at
    """),
)

REDEMPTIONS = Format(
    name="new-api-redemptions",
    title="new-api redemptions (dump of the database table)",
    kind="accounts",
    rule=Rule(keys=("user_id", "quota", "redeemed_time", "used_user_id")),
    fields={
        "account_id": "used_user_id",
        # codes of one issuer under one name were made, and often sold, together
        "inviter_id": Computed(
            ("user_id", "name"), lambda issuer, name: f"'codes ' || {name} || ' of ' || {issuer}"
        ),
    },
    keep=Computed(("used_user_id",), lambda user: f"try_cast({user} AS BIGINT) > 0"),
    gaps=(
        "A shop sells the codes of one issue to strangers: they tie nobody by themselves.",
        "The codes themselves are secrets and are not read.",
        "one-api does not say who redeemed a code: its table cannot be used.",
    ),
    ignored=_SECRETS + paths("id status quota created_time redeemed_time expired_time deleted_at"),
)
