"""The tables of a case file: the only DDL of the project.

The stages of the way of the data are its tables, in order, so an analyst can open any of them with SQL.
``SCHEMA_VERSION`` changes with any of them and with the scheme of fingerprints; a case of another version is
refused, not guessed at.
"""

SCHEMA_VERSION = 9

#: The order in which input files are listed, and by which they are numbered: columns of table ``files``.
FILE_ORDER = "kind <> 'requests', kind, name, sha256, mapping"

LEDGER = """
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- one row per input file; read = accepted + duplicate + rejected, the first two by view `ledger`
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    kind VARCHAR NOT NULL,              -- requests, accounts, edge, signals, events or anchors
    path VARCHAR NOT NULL,              -- where it was read, absolute; of a member: archive!/member
    name VARCHAR NOT NULL,              -- as it is printed, relative to the argument it came from
    sha256 VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    container VARCHAR NOT NULL,         -- jsonl, json, csv or parquet
    mapping VARCHAR NOT NULL,           -- the column map in force, as canonical JSON
    rows_read BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    UNIQUE (kind, sha256, mapping)
);

CREATE TABLE rejects (
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,         -- from 1; the line of a JSONL file, the record of another
    reason VARCHAR NOT NULL,            -- a short fixed code, such as missing_account_id
    detail VARCHAR NOT NULL,            -- what was found, cut to 200 characters
    record_number BIGINT                -- as of the requests
);
"""

_REQUEST_COLUMNS = """
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    request_key UBIGINT NOT NULL,       -- equal for two copies of one request
    account_id VARCHAR NOT NULL,
    ts TIMESTAMP NOT NULL,              -- UTC
    org_id VARCHAR,
    model VARCHAR,
    prompt_key UBIGINT,                 -- of the normalised prompt; NULL when there is none
    prompt_opening USMALLINT,           -- of the first three words of its conversation; NULL when fewer
    prompt_closing USMALLINT,           -- of its last three words
    system_key UBIGINT,                 -- of the normalised system prompt
    prompt_text INTEGER,                -- shared_text.text of the prompt, a number of this request's own
    system_text INTEGER,                -- shared_text.text of the system prompt, one an account and block
    tools_key UBIGINT,
    prompt_chars INTEGER NOT NULL,
    client_ip VARCHAR,
    user_agent VARCHAR,
    tls_fingerprint VARCHAR,
    asn VARCHAR,
    country VARCHAR,
    parameters_key UBIGINT,             -- of temperature, top_p, max_tokens, stop and stream, if any is set
    status_code INTEGER,
    input_tokens BIGINT,
    output_tokens BIGINT,
    record_number BIGINT,               -- of the record in its database, else a request id in digits
    sample_rate DOUBLE,                 -- share of requests that the log keeps; NULL where it does not say
    prompt_truncated BOOLEAN NOT NULL,
    prompt_redacted BOOLEAN NOT NULL,
    ip_masked BOOLEAN NOT NULL,
    -- which of these the join with edge logs filled, a bit each: 1 client_ip, 2 user_agent,
    -- 4 tls_fingerprint, 8 asn, 16 country; 32 the address stands where the request's own was masked;
    -- 64 account_id, with which the request came out of table `unowned`
    filled UTINYINT NOT NULL
"""

#: The requests while the join with edge logs writes them anew, in place of the table `requests`.
REQUESTS_AGAIN = f"CREATE TABLE requests_again ({_REQUEST_COLUMNS})"

RECORDS = f"""
CREATE TABLE requests ({_REQUEST_COLUMNS});

-- requests with an id and no account, '' in its place: rejected unless another log names the account
CREATE TABLE unowned ({_REQUEST_COLUMNS});

-- rows of `requests` that repeat another one; settled after every ingest, whatever the order of files
CREATE TABLE duplicates (file_id INTEGER NOT NULL, row_number BIGINT NOT NULL);

CREATE VIEW accepted AS
SELECT * FROM requests ANTI JOIN duplicates USING (file_id, row_number);

-- the spans of traces, of calls and of what is around them, by hashes; empty without traces
CREATE TABLE span (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    span_trace UBIGINT NOT NULL, span_id UBIGINT NOT NULL, span_around UBIGINT
);

-- each distinct normalised text itself, only with --keep-text all
CREATE TABLE texts (text_key UBIGINT NOT NULL, content VARCHAR NOT NULL);

-- where the fingerprint keys of a block of requests lie in the file of keys beside the case
CREATE TABLE key_block (
    position BIGINT NOT NULL, stop BIGINT NOT NULL,
    counts INTEGER[] NOT NULL           -- keys by partition
);

-- fingerprint keys that two accounts or more hold; of those that the same texts carry, one
CREATE TABLE shared_key (
    number INTEGER NOT NULL,
    key UBIGINT NOT NULL,
    system BOOLEAN NOT NULL,            -- of system prompts, not of prompts
    is_insert BOOLEAN NOT NULL,         -- a kept shingle of 8 words (FracMinHash), not a MinHash band
    holders INTEGER NOT NULL
);

-- which text carries which of them
CREATE TABLE shared_text (number INTEGER NOT NULL, text INTEGER NOT NULL);

CREATE TABLE accounts (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    account_id VARCHAR NOT NULL, org_id VARCHAR, created_at TIMESTAMP, email VARCHAR, phone VARCHAR,
    payment_fingerprint VARCHAR, payment_bin VARCHAR, payment_funding VARCHAR, billing_name VARCHAR,
    billing_country VARCHAR, plan VARCHAR, signup_ip VARCHAR, signup_country VARCHAR, device_id VARCHAR,
    inviter_id VARCHAR, status VARCHAR, banned_at TIMESTAMP
);

-- what another log, such as that of the edge, saw of requests
CREATE TABLE edge (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    id_hash UBIGINT,                    -- of the request id
    account_id VARCHAR, ts TIMESTAMP NOT NULL,
    client_ip VARCHAR, user_agent VARCHAR, tls_fingerprint VARCHAR, asn VARCHAR, country VARCHAR
);

-- which request each row of it belongs to
CREATE TABLE edge_join (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    outcome VARCHAR NOT NULL,           -- id or time, how it was found; or ambiguous or unmatched
    request_key UBIGINT                 -- of the request, if one was found
);

CREATE TABLE account_signals (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    account_id VARCHAR NOT NULL, signal VARCHAR NOT NULL, value VARCHAR NOT NULL, family VARCHAR,
    first_seen TIMESTAMP, last_seen TIMESTAMP
);

CREATE TABLE events (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    date DATE NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL
);

CREATE TABLE anchors (
    file_id INTEGER NOT NULL, row_number BIGINT NOT NULL,
    signal VARCHAR NOT NULL, value VARCHAR NOT NULL, entity VARCHAR NOT NULL, source VARCHAR, grade VARCHAR
);

CREATE VIEW ledger AS
SELECT f.file_id, f.kind, f.name, f.path, f.sha256, f.bytes, f.container, f.rows_read,
       f.rows_read - f.rows_rejected - COALESCE(d.n, 0) AS accepted,
       COALESCE(d.n, 0) AS duplicate,
       f.rows_rejected AS rejected
FROM files f
LEFT JOIN (SELECT file_id, COUNT(*) AS n FROM duplicates GROUP BY file_id) d USING (file_id);

-- read = joined_by_id + joined_by_time + ambiguous + unmatched + duplicate + rejected
CREATE VIEW edge_ledger AS
SELECT l.file_id, l.name, l.rows_read, l.duplicate, l.rejected,
       COUNT(*) FILTER (outcome = 'id') AS joined_by_id, COUNT(*) FILTER (outcome = 'time') AS joined_by_time,
       COUNT(*) FILTER (outcome = 'ambiguous') AS ambiguous,
       COUNT(*) FILTER (outcome = 'unmatched') AS unmatched
FROM ledger l LEFT JOIN edge_join USING (file_id)
WHERE l.kind = 'edge'
GROUP BY ALL;
"""

ANALYSIS = """
-- the accounts with at least one accepted request, numbered in the order of their ids
CREATE TABLE account (account INTEGER NOT NULL, account_id VARCHAR NOT NULL);

-- everything two accounts can share; values with one holder are not kept
CREATE TABLE shared_value (
    value INTEGER PRIMARY KEY,
    family VARCHAR NOT NULL,            -- PAYMENT, NETWORK, IDENTITY, CONTENT, TIMING or the analyst's own
    signal VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    broad BOOLEAN NOT NULL,             -- describes a population, such as a network operator
    holders INTEGER NOT NULL
);

CREATE TABLE incidence (
    account INTEGER NOT NULL, value INTEGER NOT NULL,
    n BIGINT NOT NULL, first_seen TIMESTAMP, last_seen TIMESTAMP
);

-- bundles are values too; these are the values each is made of
CREATE TABLE bundle_value (bundle INTEGER NOT NULL, value INTEGER NOT NULL);

CREATE TABLE association (
    value_a INTEGER NOT NULL, value_b INTEGER NOT NULL,
    overlap INTEGER NOT NULL, expected DOUBLE NOT NULL, p DOUBLE NOT NULL, q DOUBLE NOT NULL,
    test VARCHAR NOT NULL               -- single or pooled
);

CREATE TABLE membership (
    cluster_id VARCHAR NOT NULL, account INTEGER NOT NULL, tier VARCHAR NOT NULL, families VARCHAR NOT NULL,
    requests BIGINT, matching_requests BIGINT, first_seen TIMESTAMP, last_seen TIMESTAMP
);

CREATE TABLE cluster_value (cluster_id VARCHAR NOT NULL, value INTEGER NOT NULL);

-- the core accounts of each cluster
CREATE VIEW core_account AS
SELECT cluster_id, account, account_id, first_seen, last_seen
FROM membership JOIN account USING (account)
WHERE tier = 'core';

-- which core account holds which value of its cluster, and how many do together; what accounts hold comes
-- first, because a join of all values of a large cluster with all its accounts is much larger than the result
CREATE VIEW core_held AS
WITH held AS MATERIALIZED (
    SELECT m.cluster_id, i.value, i.account
    FROM incidence i JOIN membership m ON m.account = i.account AND m.tier = 'core'
)
SELECT cluster_id, s.family, s.signal, s.content, s.broad, s.holders, value, account,
       COUNT(*) OVER (PARTITION BY cluster_id, value) AS together
FROM held JOIN cluster_value USING (cluster_id, value) JOIN shared_value s USING (value);

-- fingerprint keys that mark a request as the cluster's own
CREATE TABLE cluster_key (cluster_id VARCHAR NOT NULL, number INTEGER NOT NULL, key UBIGINT NOT NULL);

-- and openings and closings of prompts that do, values of column prompt_opening or prompt_closing
CREATE TABLE cluster_end (cluster_id VARCHAR NOT NULL, side VARCHAR NOT NULL, value USMALLINT NOT NULL);

-- the result, and a digest of the inputs, settings and version it was made from
CREATE TABLE findings (basis VARCHAR NOT NULL, document VARCHAR NOT NULL);
"""
