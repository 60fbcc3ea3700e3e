-- Who makes the models of a set of battles.
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
