-- Training datasets, their licences and what they derive from. A snapshot is one state of the audit.
CREATE TABLE licence (
    snapshot        VARCHAR NOT NULL,
    id              VARCHAR NOT NULL,      -- the audit's name, or custom:<address>
    name            VARCHAR NOT NULL,
    spdx            VARCHAR,               -- null: no SPDX licence
    kind            VARCHAR NOT NULL CHECK (kind IN ('licence', 'custom', 'generated_terms', 'none_stated', 'mixed')),
    use             VARCHAR NOT NULL CHECK (use IN ('commercial', 'unspecified', 'noncommercial', 'academic_only')),
    attribution     BOOLEAN,               -- null: the audit marks it '?', which its rule counts as yes
    share_alike     BOOLEAN,
    known           BOOLEAN NOT NULL,      -- false: in no table; its class is the rule's default
    basis           VARCHAR NOT NULL,      -- which table or rule gave the class
    url             VARCHAR,
    source_id       VARCHAR NOT NULL,
    PRIMARY KEY (snapshot, id)
);

CREATE TABLE licence_alias (
    name        VARCHAR NOT NULL,          -- another way of writing it
    licence_id  VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL
);

CREATE TABLE collection (
    snapshot    VARCHAR NOT NULL,
    id          VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    modality    VARCHAR NOT NULL,
    url         VARCHAR,
    source_id   VARCHAR NOT NULL,
    PRIMARY KEY (snapshot, id)
);

CREATE TABLE dataset (
    snapshot         VARCHAR NOT NULL,
    id               VARCHAR NOT NULL,     -- unique in a snapshot; a repeated identifier gets ~2
    stated_id        VARCHAR NOT NULL,     -- as the source has it
    name             VARCHAR NOT NULL,
    collection_id    VARCHAR NOT NULL,
    modality         VARCHAR NOT NULL CHECK (modality IN ('text', 'speech', 'video')),
    year             SMALLINT,
    released         DATE,                 -- earliest date known; null where only the year is
    released_basis   VARCHAR,              -- which date that is
    examples         BIGINT,               -- dialogues or examples, a count
    hours            DOUBLE,               -- speech and video
    speakers         BIGINT,
    mean_input_chars  DOUBLE,
    mean_target_chars DOUBLE,
    min_turns        INTEGER,
    max_turns        INTEGER,
    human_annotated  BOOLEAN,
    synthetic        BOOLEAN,              -- true where a generating model is named
    authorship       VARCHAR NOT NULL,
    taken_down       BOOLEAN,
    url              VARCHAR,
    huggingface_url  VARCHAR,
    huggingface_id   VARCHAR,
    github_url       VARCHAR,
    paperswithcode_url VARCHAR,
    paper_url        VARCHAR,
    paper_title      VARCHAR,
    arxiv_id         VARCHAR,
    semantic_scholar_id BIGINT,
    source_id        VARCHAR NOT NULL,
    source_file      VARCHAR NOT NULL,
    source_key       VARCHAR NOT NULL,
    origin           VARCHAR NOT NULL,
    PRIMARY KEY (snapshot, id)
);

CREATE TABLE dataset_facet (
    snapshot    VARCHAR NOT NULL,
    dataset_id  VARCHAR NOT NULL,
    facet       VARCHAR NOT NULL,          -- language, language_family, task, task_group, ...
    value       VARCHAR NOT NULL,
    stated      VARCHAR                    -- as the source writes it, where that differs
);

CREATE TABLE facet_value (
    facet       VARCHAR NOT NULL,
    value       VARCHAR NOT NULL,
    label       VARCHAR NOT NULL,          -- swh: Swahili
    parent      VARCHAR                    -- language family, task group, continent
);

CREATE TABLE dataset_licence (
    snapshot    VARCHAR NOT NULL,
    dataset_id  VARCHAR NOT NULL,
    host        VARCHAR NOT NULL CHECK (host IN ('audit', 'huggingface', 'github', 'paperswithcode')),
    position    SMALLINT NOT NULL,
    stated      VARCHAR NOT NULL,
    licence_id  VARCHAR NOT NULL,
    url         VARCHAR,
    observed    VARCHAR                    -- month or day the statement was taken
);

CREATE TABLE dataset_metric (
    snapshot    VARCHAR NOT NULL,
    dataset_id  VARCHAR NOT NULL,
    metric      VARCHAR NOT NULL,          -- downloads, likes, citations, stars
    month       VARCHAR,                   -- YYYY-MM it was taken; null: not stated
    value       BIGINT NOT NULL
);

CREATE TABLE bibliography (
    snapshot    VARCHAR NOT NULL,
    dataset_id  VARCHAR NOT NULL,
    entry_type  VARCHAR NOT NULL,
    title       VARCHAR NOT NULL,
    authors     VARCHAR[] NOT NULL,
    year        SMALLINT,
    venue       VARCHAR,
    volume      VARCHAR,
    pages       VARCHAR
);

CREATE TABLE node (
    snapshot    VARCHAR NOT NULL,
    id          VARCHAR NOT NULL,          -- a dataset's id, or collection:, work:, source:, model:, application: and a name
    kind        VARCHAR NOT NULL CHECK (kind IN ('dataset', 'collection', 'work', 'text_source', 'model', 'application')),
    label       VARCHAR NOT NULL,
    recorded    BOOLEAN NOT NULL,          -- false: named as a parent, without a record of its own
    url         VARCHAR,
    PRIMARY KEY (snapshot, id)
);

CREATE TABLE derivation (
    snapshot    VARCHAR NOT NULL,
    child       VARCHAR NOT NULL,
    parent      VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('derived_from', 'text_source', 'generated_by', 'recorded_as', 'has_member')),
    stated      VARCHAR,                   -- the parent as the source writes it
    basis       VARCHAR NOT NULL CHECK (basis IN ('hub_id', 'code_url', 'id', 'name', 'normalised_name', 'collection', 'stated')),
    source_id   VARCHAR NOT NULL
);

CREATE TABLE alias (
    snapshot    VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,          -- as people write it
    node_id     VARCHAR NOT NULL,
    basis       VARCHAR NOT NULL,
    same        BOOLEAN NOT NULL,          -- false: looks the same and is not (a curated decision)
    reason      VARCHAR,
    source_id   VARCHAR NOT NULL
);
