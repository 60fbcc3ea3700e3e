-- 0004_trail.sql: who did what: people, tokens, the audit chain, files by hash; what documents belong to and who wrote them
-- No key on the place: the one row of audit_head keeps two changes from following the same row, and a key would only
-- make a checkpoint of a long trail slower (benchmarks/README.md).
CREATE TABLE audit (
    seq     BIGINT NOT NULL,                   -- from 1, without gaps
    utc     VARCHAR NOT NULL,                  -- UTC, ISO 8601, as it was hashed
    actor   VARCHAR NOT NULL,                  -- issuer and name as text: nobody's removal can empty it
    action  VARCHAR NOT NULL,
    kind    VARCHAR NOT NULL,
    id      VARCHAR NOT NULL,
    before  VARCHAR NOT NULL,                  -- canonical JSON of what changed, null where there was nothing
    after   VARCHAR NOT NULL,
    prev    VARCHAR NOT NULL,                  -- hash of the row before; 64 zeros for the first
    hash    VARCHAR NOT NULL
);
-- One row: every change updates it, so that two open transactions cannot both follow the same row.
CREATE TABLE audit_head (
    seq     BIGINT NOT NULL,
    hash    VARCHAR NOT NULL
);
INSERT INTO audit_head VALUES (0, repeat('0', 64));

CREATE TABLE person (
    issuer  VARCHAR NOT NULL,                  -- 'local', or the OpenID provider that vouches for the e-mail
    email   VARCHAR NOT NULL,                  -- lower case; a short name where the issuer is 'local'
    name    VARCHAR NOT NULL,
    role    VARCHAR NOT NULL CHECK (role IN ('viewer', 'contributor', 'reviewer', 'admin')),
    added   TIMESTAMP NOT NULL,                -- UTC
    PRIMARY KEY (issuer, email)
);
CREATE TABLE token (
    id      VARCHAR PRIMARY KEY,               -- 8 hex digits, shown in lists
    digest  VARCHAR NOT NULL,                  -- SHA-256 of the token; the token itself is not kept
    issuer  VARCHAR NOT NULL,
    email   VARCHAR NOT NULL,
    label   VARCHAR NOT NULL,
    created TIMESTAMP NOT NULL,
    expires TIMESTAMP NOT NULL
);
CREATE TABLE file (
    sha256  VARCHAR PRIMARY KEY,
    media_type VARCHAR NOT NULL,               -- as its first bytes say
    size    BIGINT NOT NULL,                   -- bytes
    content BLOB NOT NULL
);

ALTER TABLE document ADD COLUMN parent VARCHAR;          -- id of the document it is a part of
ALTER TABLE document ADD COLUMN author VARCHAR;          -- who made it; null before this migration
ALTER TABLE document ADD COLUMN editor VARCHAR;          -- who saved the newest revision
ALTER TABLE document ADD COLUMN reason VARCHAR;          -- why, where it was said
ALTER TABLE document_version ADD COLUMN editor VARCHAR;  -- who saved this revision
ALTER TABLE document_version ADD COLUMN reason VARCHAR;
