-- What was measured of models: battles and scores in the formats the product reads everywhere, and the benchmarks.
CREATE TABLE evaluation_set (
    id          VARCHAR PRIMARY KEY,
    title       VARCHAR NOT NULL,
    format      VARCHAR NOT NULL CHECK (format IN ('battles', 'scores', 'predictions')),
    better      VARCHAR CHECK (better IN ('higher', 'lower')),   -- of scores; null: not one way for all
    people      VARCHAR,                   -- what is known of those who judged and what they agreed to, our words
    source_id   VARCHAR NOT NULL
);
CREATE TABLE battle (
    set_id      VARCHAR NOT NULL,
    position    INTEGER NOT NULL,          -- the row's number in the source, from 1
    model_a     VARCHAR NOT NULL,          -- shown first
    model_b     VARCHAR NOT NULL,
    outcome     VARCHAR NOT NULL CHECK (outcome IN ('a', 'b', 'tie', 'both_bad')),
    judge       VARCHAR,
    judge_kind  VARCHAR CHECK (judge_kind IN ('human', 'model')),
    prompt      VARCHAR,
    language    VARCHAR,                   -- ISO 639-3
    category    VARCHAR,
    day         DATE,
    weight      DOUBLE,                    -- null: 1
    preference  DOUBLE,                    -- how far the judge prefers a, 0 to 1, where it says so
    length_a    INTEGER,                   -- characters of a's answer
    length_b    INTEGER,
    source_id   VARCHAR NOT NULL,
    PRIMARY KEY (set_id, position)
);
CREATE TABLE result (
    set_id      VARCHAR NOT NULL,
    model       VARCHAR NOT NULL,
    task        VARCHAR NOT NULL,          -- a benchmark's id, where the set has such
    language    VARCHAR,                   -- ISO 639-3; null: several, or not stated
    subset      VARCHAR,
    metric      VARCHAR NOT NULL,
    score       DOUBLE,
    n           BIGINT,
    rater       VARCHAR,                   -- who or what scored: a person, a judge model, a scorer and its version
    scored_at   DATE,
    split       VARCHAR,
    seconds     DOUBLE,                    -- time the evaluation took
    co2e_kg     DOUBLE,                    -- as the source reports it
    source_id   VARCHAR NOT NULL
);
CREATE TABLE benchmark (
    id          VARCHAR PRIMARY KEY,       -- the task's name, as results have it
    name        VARCHAR NOT NULL,
    type        VARCHAR,
    category    VARCHAR,                   -- what is set against what: t2i is text to image
    metric      VARCHAR,                   -- its main one
    licence     VARCHAR,                   -- as stated; 'not specified' is a statement too, null: the field is empty
    spdx        VARCHAR,
    annotation  VARCHAR,                   -- who or what made the labels
    creation    VARCHAR,                   -- how the samples came about
    translated  VARCHAR CHECK (translated IN ('native', 'translated')),   -- null: not stated, or both
    languages   INTEGER,                   -- a count of those stated, programming languages too; null: none is
    first_day   DATE,                      -- of the texts it is made of
    last_day    DATE,
    dataset     VARCHAR,                   -- where its data are, an id on a hub
    revision    VARCHAR,
    reference   VARCHAR,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE benchmark_facet (
    benchmark_id VARCHAR NOT NULL,
    facet        VARCHAR NOT NULL,
    value        VARCHAR NOT NULL,
    PRIMARY KEY (benchmark_id, facet, value)
);
CREATE TABLE language_family (
    language    VARCHAR PRIMARY KEY,       -- ISO 639-3
    family      VARCHAR NOT NULL,
    branch      VARCHAR,
    source_id   VARCHAR NOT NULL
);
-- Who uses which language, by country: whoever uses several is in several rows, so rows are never added up to people.
CREATE TABLE speakers (
    country     VARCHAR NOT NULL,          -- ISO 3166-1 alpha-2, and XK
    region      VARCHAR NOT NULL,          -- of the UN's geoscheme, e.g. Western Africa
    language    VARCHAR NOT NULL,          -- ISO 639-3; und: the source states none for the country
    stated      VARCHAR NOT NULL,          -- the source's own code, BCP 47
    population  BIGINT NOT NULL,           -- people of the country
    share       DOUBLE NOT NULL CHECK (share BETWEEN 0 AND 1),   -- of them who use the language
    source_id   VARCHAR NOT NULL,
    PRIMARY KEY (country, stated)
);
