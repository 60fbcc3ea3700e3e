-- Frameworks of others, and what each asks. Titles are ours where theirs are protected.
CREATE TABLE control_framework (
    id          VARCHAR PRIMARY KEY,       -- NIST, GAI, CoP, ISO, MIT
    title       VARCHAR NOT NULL,
    version     VARCHAR NOT NULL,
    url         VARCHAR NOT NULL,
    licence     VARCHAR NOT NULL,          -- of the framework's text, in words
    note        VARCHAR,
    source_id   VARCHAR NOT NULL
);
CREATE TABLE framework_control (
    framework   VARCHAR NOT NULL,
    id          VARCHAR NOT NULL,          -- as the framework numbers it
    position    INTEGER NOT NULL,          -- in the framework, from 1
    part        VARCHAR,                   -- the function, chapter or domain it stands in
    title       VARCHAR NOT NULL,
    state       VARCHAR NOT NULL CHECK (state IN ('verified', 'recalled')),
    source_id   VARCHAR NOT NULL,
    PRIMARY KEY (framework, id)
);

-- Studies of whether AI raises a risk: metadata only, from what a source says of itself.
CREATE TABLE study (
    id                  VARCHAR PRIMARY KEY,
    title               VARCHAR NOT NULL,
    authors             VARCHAR,
    url                 VARCHAR,
    doi                 VARCHAR,
    threat_model        VARCHAR NOT NULL,
    threat_model_stated BOOLEAN,
    steps               VARCHAR[],
    method              VARCHAR NOT NULL,
    n                   INTEGER,
    expertise           VARCHAR,
    models              VARCHAR[],
    safeguards          VARCHAR,
    comparator          VARCHAR,
    measure             VARCHAR,
    value               DOUBLE,
    low                 DOUBLE,
    high                DOUBLE,
    unit                VARCHAR,
    finding             VARCHAR NOT NULL,
    direction           VARCHAR NOT NULL,
    limitations         VARCHAR[],
    limits_stated       BOOLEAN,
    transparency        VARCHAR,
    independent         BOOLEAN,
    published           VARCHAR,
    reviewed            DATE,
    reviewer            VARCHAR,
    state               VARCHAR NOT NULL CHECK (state IN ('verified', 'recalled')),
    basis               VARCHAR NOT NULL,  -- what was read
    source_id           VARCHAR NOT NULL
);
