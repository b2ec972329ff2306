"""Keys, codes and passwords in dumps of gateways reach no row; where one names an account, its hash does."""

import hashlib
import json

import pytest

from distillscan.logs.formats import format_named
from tests.logs.formats.fixtures import logs_of, rows_of

SECRETS = {
    "one-api-users": ("password", "access_token"),
    "one-api-tokens": ("key",),
    "new-api-redemptions": ("key",),
    "litellm-keys": ("token",),
}


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_kept(name):
    format_ = format_named(name)
    (path,) = logs_of(format_)
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    secrets = {record[key] for record in records for key in SECRETS[name] if not _is_hash(record[key])}
    assert secrets
    kept = json.dumps(rows_of(path, format_))
    assert not any(secret in kept for secret in secrets)


def test_a_key_of_an_old_version_is_known_by_the_hash_that_the_log_has():
    format_ = format_named("litellm-keys")
    (path,) = logs_of(format_)
    accounts = [row["account_id"] for row in rows_of(path, format_)]
    assert hashlib.sha256(b"sk-invented-old-key").hexdigest() in accounts


def _is_hash(text):
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
