-- 0006_evaluation.sql: the user's own battles, scores and predictions; rows in tables, so that no earlier revision
-- keeps those of somebody who left
CREATE TABLE own_battle (
    set_id      VARCHAR NOT NULL,          -- id of the document of kind evaluation_set
    position    INTEGER NOT NULL,          -- from 1, as they came
    model_a     VARCHAR NOT NULL,
    model_b     VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL CHECK (outcome IN ('a', 'b', 'tie', 'both_bad')),
    judge       VARCHAR,
    judge_kind  VARCHAR CHECK (judge_kind IN ('human', 'model')),
    prompt      VARCHAR,
    language    VARCHAR,                   -- ISO 639-3
    category    VARCHAR,
    day         DATE,
    weight      DOUBLE,                    -- null: 1
    preference  DOUBLE,                    -- how far the judge prefers a, 0 to 1
    length_a    BIGINT,                    -- characters
    length_b    BIGINT
);
CREATE TABLE own_score (
    set_id      VARCHAR NOT NULL,
    position    INTEGER NOT NULL,
    model       VARCHAR NOT NULL,
    task        VARCHAR NOT NULL,
    language    VARCHAR,
    subset      VARCHAR,
    metric      VARCHAR NOT NULL,
    score       DOUBLE NOT NULL,
    n           BIGINT,
    rater       VARCHAR,
    scored_at   DATE,
    split       VARCHAR,
    seconds     DOUBLE,
    co2e_kg     DOUBLE
);
CREATE TABLE own_prediction (
    set_id      VARCHAR NOT NULL,
    position    INTEGER NOT NULL,
    item        VARCHAR NOT NULL,
    "group"     VARCHAR,
    language    VARCHAR,
    run         VARCHAR NOT NULL,
    device      VARCHAR,
    method      VARCHAR,
    sparsity    DOUBLE,                    -- share of weights removed, 0 to 1
    label       VARCHAR,
    prediction  VARCHAR NOT NULL,
    score       DOUBLE
);
-- Who left stays known by fingerprint alone, so that a file read again does not bring them back; it outlasts the set.
CREATE TABLE own_set_withdrawal (
    set_id      VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,          -- SHA-256 of the set and the contributor
    withdrawn   TIMESTAMP NOT NULL,        -- UTC
    removed     INTEGER NOT NULL,          -- rows taken out then
    PRIMARY KEY (set_id, fingerprint)
);
