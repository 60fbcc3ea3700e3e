-- Forms and frameworks: what an assessment asks, and what others ask. The words are ours.
CREATE TABLE framework (
    id          VARCHAR PRIMARY KEY,       -- social_impact, risk, evidence_review; others by their own name
    title       VARCHAR NOT NULL,
    version     VARCHAR NOT NULL,
    citation    VARCHAR,                   -- the work whose structure it follows
    basis       VARCHAR,                   -- what was read and what recalled
    details     VARCHAR,                   -- JSON: reporting levels, decision rule
    source_id   VARCHAR NOT NULL
);
CREATE TABLE framework_item (
    id          VARCHAR PRIMARY KEY,
    framework   VARCHAR NOT NULL,
    position    INTEGER,                   -- in the framework, from 1
    category    VARCHAR,                   -- id of the item it is a part of; null: a category or section itself
    kind        VARCHAR,                   -- base, society, section, challenge, building_block, threat_model, record
    title       VARCHAR NOT NULL,
    text        VARCHAR,                   -- the question or claim
    modalities  VARCHAR[],                 -- null: all
    methods     VARCHAR,                   -- JSON: modality, or any, to a list of methods
    limits      VARCHAR[],
    mitigations VARCHAR[],
    fields      VARCHAR,                   -- JSON: what else it holds, such as the typed fields of a section
    evidence    VARCHAR CHECK (evidence IN ('verified', 'recalled', 'ours')),  -- where its place and title come from
    source_id   VARCHAR NOT NULL
);
CREATE TABLE crosswalk (
    item_id     VARCHAR NOT NULL,
    framework   VARCHAR NOT NULL,
    target      VARCHAR NOT NULL,
    relation    VARCHAR NOT NULL,
    basis       VARCHAR,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE paper (
    id          VARCHAR PRIMARY KEY,
    title       VARCHAR NOT NULL,
    authors     VARCHAR[],                 -- the first ones, as given
    et_al       BOOLEAN,                   -- whether more are not listed
    affiliations VARCHAR[],
    day         DATE,
    year        SMALLINT,
    category    VARCHAR,                   -- of arXiv
    arxiv_id    VARCHAR,                   -- only where it was checked
    code        BOOLEAN,                   -- whether the abstract says that code is published
    modality    VARCHAR,
    languages   INTEGER,                   -- a count, as the abstract states it
    themes      VARCHAR[],
    links       VARCHAR[],
    summary     VARCHAR,                   -- our words
    source_id   VARCHAR NOT NULL
);
CREATE TABLE claim (
    id          VARCHAR PRIMARY KEY,
    paper_id    VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('numeric', 'qualitative')),
    text        VARCHAR NOT NULL,          -- the quantity, or what is claimed; our words
    published   DOUBLE,
    unit        VARCHAR CHECK (unit IN ('count', '%', 'parameters', 'x', 'points', 'years', 'percentile')),
    comparator  VARCHAR CHECK (comparator IN ('=', 'up_to', '>=', '<=', '~')),
    context     VARCHAR,
    source_id   VARCHAR NOT NULL
);
-- What a paper released, as its public card states it: a check of the abstract against the thing itself.
CREATE TABLE release (
    id          VARCHAR PRIMARY KEY,
    paper_id    VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('model', 'dataset', 'benchmark')),
    name        VARCHAR NOT NULL,
    record_id   VARCHAR,                   -- the model, dataset or benchmark here that it is, where there is one
    licence     VARCHAR,                   -- as the card states it
    spdx        VARCHAR,
    parameters  DOUBLE,                    -- a count
    instances   BIGINT,                    -- rows, as stated
    url         VARCHAR NOT NULL,          -- the card
    seen        VARCHAR NOT NULL,          -- the page on which the card was read, and how: the card itself, or a copy
    retrieved   DATE NOT NULL,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE release_language (
    release_id  VARCHAR NOT NULL,
    stated      VARCHAR NOT NULL,          -- as the card writes it
    language    VARCHAR,                   -- ISO 639-3; null: none is meant
    source_id   VARCHAR NOT NULL,
    PRIMARY KEY (release_id, stated)
);
-- What is not computed, and what a user's own file can do about it. What is computed lives in code and is never stored.
CREATE TABLE claim_ground (
    claim_id    VARCHAR PRIMARY KEY,
    status      VARCHAR NOT NULL CHECK (status IN ('data_not_public', 'not_attempted')),
    ground      VARCHAR CHECK (ground IN
        ('rows_not_public', 'needs_training', 'needs_runs', 'needs_people', 'study_design', 'not_in_data', 'position',
         'shown_here')),                   -- null: something is computed, the row names its lab alone
    reason      VARCHAR NOT NULL,
    lab         VARCHAR,                   -- where your own file gives the comparable figure
    page        VARCHAR,                   -- that shows it, or what comes nearest
    source_id   VARCHAR NOT NULL
);
-- What of a paper can be done here: each page and lab by its name, and what one does there. Kept by hand, as it is now.
CREATE TABLE paper_use (
    paper_id    VARCHAR PRIMARY KEY,
    use         VARCHAR NOT NULL,          -- "Page: what. Lab name: what."
    source_id   VARCHAR NOT NULL
);

-- What joins the domains: one statement a row, with its source.
CREATE TABLE link (
    subject_kind VARCHAR NOT NULL,
    subject_id   VARCHAR NOT NULL,
    predicate    VARCHAR NOT NULL,
    object_kind  VARCHAR NOT NULL,
    object_id    VARCHAR NOT NULL,
    source_id    VARCHAR NOT NULL
);

-- Everything that search can find: filled by the build from the tables above.
CREATE TABLE search_entry (
    entry       VARCHAR PRIMARY KEY,       -- kind and id
    kind        VARCHAR NOT NULL,
    id          VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    aliases     VARCHAR NOT NULL,
    detail      VARCHAR NOT NULL
);
