CREATE TABLE benchmark (
    id          VARCHAR PRIMARY KEY,
    name        VARCHAR NOT NULL,
    task        VARCHAR,
    metric      VARCHAR,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE result (
    model_id     VARCHAR NOT NULL,
    benchmark_id VARCHAR NOT NULL,
    language     VARCHAR,                  -- ISO 639-3
    metric       VARCHAR NOT NULL,
    value        DOUBLE,
    n            BIGINT,
    scorer       VARCHAR,
    scored_at    DATE,
    party        VARCHAR CHECK (party IN ('first', 'third', 'joint')),
    source_id    VARCHAR NOT NULL
);
CREATE TABLE battle (
    model_a     VARCHAR NOT NULL,
    model_b     VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL,
    judge       VARCHAR,
    prompt      VARCHAR,
    language    VARCHAR,
    day         DATE,
    source_id   VARCHAR NOT NULL
);
