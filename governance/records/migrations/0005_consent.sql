-- 0005_consent.sql: what the web sites of a list's datasets allowed when it was saved; the votes of people in pools
ALTER TABLE saved_list_member ADD COLUMN sites_known INTEGER;   -- sites whose robots.txt was read; null: saved before
ALTER TABLE saved_list_member ADD COLUMN sources_full DOUBLE;   -- share of those, 0 to 1; null where none was read

-- Votes stand in a table, not in documents: when somebody leaves, no earlier revision may keep theirs.
CREATE TABLE feedback_vote (
    pool        VARCHAR NOT NULL,          -- id of the document of kind feedback_pool
    position    INTEGER NOT NULL,          -- from 1, as they came
    contributor VARCHAR NOT NULL,          -- as the file names them
    model_a     VARCHAR NOT NULL,
    model_b     VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL CHECK (outcome IN ('a', 'b', 'tie', 'both_bad')),
    language    VARCHAR,                   -- ISO 639-3
    day         DATE
);
-- Who left stays known by fingerprint alone, so that a file read again does not bring them back.
CREATE TABLE feedback_withdrawal (
    pool        VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,          -- SHA-256 of the pool and the contributor
    withdrawn   TIMESTAMP NOT NULL,        -- UTC
    votes       INTEGER NOT NULL,          -- removed then
    PRIMARY KEY (pool, fingerprint)
);
