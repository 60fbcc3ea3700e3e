CREATE TABLE domain (
    id          VARCHAR PRIMARY KEY,
    name        VARCHAR NOT NULL,
    type        VARCHAR,
    topic       VARCHAR,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE corpus_domain (
    corpus      VARCHAR NOT NULL,
    domain_id   VARCHAR NOT NULL,
    tokens      DOUBLE NOT NULL,
    stratum     VARCHAR,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE consent_signal (
    domain_id   VARCHAR NOT NULL,
    observed    DATE NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('robots', 'terms', 'header', 'ai_txt', 'tdmrep', 'preference')),
    agent       VARCHAR,
    restriction VARCHAR CHECK (restriction IN ('none', 'partial', 'full')),
    class       VARCHAR,
    source_id   VARCHAR NOT NULL
);
