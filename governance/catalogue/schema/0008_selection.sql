-- Who makes the models of a set of battles, and what papers state of selection, quoted.
CREATE TABLE battle_model (
    set_id      VARCHAR NOT NULL,
    model       VARCHAR NOT NULL,          -- as the set names it
    provider    VARCHAR,                   -- who makes or tunes it
    openness    VARCHAR CHECK (openness IN ('open', 'closed')),  -- of the weights; null: unknown
    basis       VARCHAR,                   -- what the openness rests on
    evidence    VARCHAR CHECK (evidence IN ('verified', 'secondary', 'recalled')),
    source_id   VARCHAR NOT NULL,
    PRIMARY KEY (set_id, model)
);
CREATE TABLE published_figure (
    id          VARCHAR PRIMARY KEY,
    paper       VARCHAR NOT NULL,
    value       DOUBLE NOT NULL,
    unit        VARCHAR NOT NULL,
    meaning     VARCHAR NOT NULL,          -- our words
    quoted_from VARCHAR NOT NULL,          -- which part of the paper states it
    url         VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL
);
