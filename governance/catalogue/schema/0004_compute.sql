-- Models and what their training took, chips, grids, legal compute thresholds and their counting rules, portability.
-- FLOP are operations, not operations a second; null is unknown.
CREATE TABLE model (
    id                VARCHAR PRIMARY KEY,
    name              VARCHAR NOT NULL,
    organisation      VARCHAR[],
    organisation_kind VARCHAR[],           -- academia, industry, government, research_collective
    country           VARCHAR[],           -- ISO 3166-1 alpha-2
    domain            VARCHAR[],           -- language, vision, multimodal, biology, ...
    parameters        DOUBLE,              -- a count
    active_parameters DOUBLE,              -- used for one token, where the source states it
    architecture      VARCHAR,             -- dense, moe, encoder_decoder, ... where stated
    dataset_size      DOUBLE,              -- datapoints: tokens for language models
    tokens            DOUBLE,              -- tokens seen in training, repeats included
    epochs            DOUBLE,
    released          DATE,
    openness          VARCHAR,
    open_weights      BOOLEAN,
    frontier          BOOLEAN,
    base_model        VARCHAR,             -- as the source writes it
    base_model_id     VARCHAR,             -- the model it names, where one matches
    url               VARCHAR,
    paper             VARCHAR,             -- title of the reference
    version           VARCHAR NOT NULL,    -- state of the source that the row is from
    source_id         VARCHAR NOT NULL,
    origin            VARCHAR NOT NULL
);
CREATE TABLE compute_record (
    model_id          VARCHAR NOT NULL,
    training_flop     DOUBLE,
    low               DOUBLE,
    high              DOUBLE,
    finetune_flop     DOUBLE,              -- on top of the base model
    posttrain_flop    DOUBLE,
    method            VARCHAR[],           -- operation_counting, hardware, ... as the source says
    hardware          VARCHAR,
    chips             DOUBLE,
    training_hours    DOUBLE,              -- wall clock
    chip_hours        DOUBLE,
    mfu               DOUBLE,              -- model FLOP utilisation, 0 to 1
    hfu               DOUBLE,
    numeric_format    VARCHAR,
    cost_usd          DOUBLE,
    cost_year         SMALLINT,
    power_watts       DOUBLE,
    energy_kwh        DOUBLE,
    co2e_kg           DOUBLE,
    confidence        VARCHAR CHECK (confidence IN ('confident', 'likely', 'speculative', 'unverified', 'wrong')),
    version           VARCHAR NOT NULL,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE model_input (
    model_id          VARCHAR PRIMARY KEY,
    architecture      VARCHAR CHECK (architecture IN ('dense', 'moe', 'encoder_decoder', 'convolutional')),
    parameters        DOUBLE,              -- a count, all of them
    active_parameters DOUBLE,              -- used for one token
    tokens            DOUBLE,              -- tokens seen in training, repeats included
    evidence          VARCHAR NOT NULL CHECK (evidence IN
        ('cross_checked', 'mismatch', 'recalled', 'epoch_only')),  -- how 6 x active x tokens meets the published FLOP
    source_id         VARCHAR NOT NULL
);
CREATE TABLE capability (
    index_id          VARCHAR NOT NULL,    -- eci, or an index of the user's
    model             VARCHAR NOT NULL,    -- as the index writes it
    model_id          VARCHAR,             -- the model it names, where one matches
    organisation      VARCHAR,
    released          DATE,
    value             DOUBLE,
    training_flop     DOUBLE,              -- as the index's own source carries it
    confidence        VARCHAR,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE accelerator (
    id                VARCHAR PRIMARY KEY,
    name              VARCHAR NOT NULL,
    maker             VARCHAR,
    kind              VARCHAR,
    released          DATE,
    bf16_flops        DOUBLE,              -- dense peak, operations a second; so are the next eight
    tf32_flops        DOUBLE,
    fp8_flops         DOUBLE,
    fp4_flops         DOUBLE,
    int8_ops          DOUBLE,
    int4_ops          DOUBLE,
    fp16_vector_flops DOUBLE,
    fp32_flops        DOUBLE,
    fp64_flops        DOUBLE,
    memory_bytes      DOUBLE,
    memory_bandwidth  DOUBLE,              -- bytes a second
    intranode_bandwidth DOUBLE,            -- bytes a second
    internode_bandwidth DOUBLE,            -- bits a second
    power_watts       DOUBLE,
    die_mm2           DOUBLE,
    process_nm        DOUBLE,
    price_usd         DOUBLE,              -- at release
    url               VARCHAR,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE grid (
    id                VARCHAR PRIMARY KEY, -- scope:code:year:basis
    scope             VARCHAR NOT NULL,    -- country, us_state, cn_province, cloud_region
    code              VARCHAR NOT NULL,
    name              VARCHAR,
    year              SMALLINT,            -- null: the source gives none
    co2e_kg_per_kwh   DOUBLE NOT NULL,
    water_l_per_kwh   DOUBLE,
    basis             VARCHAR NOT NULL,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE facility (
    id                VARCHAR PRIMARY KEY, -- who runs the data centre
    year              VARCHAR,
    pue               DOUBLE,              -- energy of the whole site over that of its computers
    pue_high          DOUBLE,
    wue_l_per_kwh     DOUBLE,              -- litres of water a kWh of the computers
    wue_high          DOUBLE,              -- where the source gives a range
    location          VARCHAR,
    evidence          VARCHAR NOT NULL CHECK (evidence IN ('verified', 'secondary', 'recalled')),
    basis             VARCHAR NOT NULL,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE threshold (
    id                VARCHAR PRIMARY KEY,
    jurisdiction      VARCHAR NOT NULL,    -- EU, or ISO 3166: US, US-CA, KR
    instrument        VARCHAR NOT NULL,
    citation          VARCHAR NOT NULL,
    subject           VARCHAR NOT NULL CHECK (subject IN ('model', 'modification', 'cluster', 'chip', 'none')),
    status            VARCHAR NOT NULL CHECK (status IN
        ('in_force', 'enacted', 'passed', 'proposed', 'draft', 'vetoed', 'rescinded', 'superseded', 'not_enforced', 'none')),
    status_note       VARCHAR,
    binding           BOOLEAN NOT NULL,    -- false: guidance
    issued            DATE,
    applies_from      DATE,                -- null: never took effect
    applies_until     DATE,                -- first day it no longer holds
    fines_from        DATE,
    logic             VARCHAR NOT NULL,    -- over the ids of its tests, e.g. compute AND revenue
    tiers             VARCHAR,             -- JSON: further named tests, e.g. {"large developer": "compute AND revenue"}
    counting_rule     VARCHAR,             -- id; null where no training compute is tested
    scope             VARCHAR NOT NULL,    -- our words
    who               VARCHAR NOT NULL,
    duty              VARCHAR NOT NULL,    -- what is owed
    due               VARCHAR NOT NULL,    -- by when
    evidence          VARCHAR NOT NULL,    -- JSON: field to verified, secondary or recalled
    notes             VARCHAR,
    urls              VARCHAR[],
    source_id         VARCHAR NOT NULL
);
CREATE TABLE threshold_test (
    threshold_id      VARCHAR NOT NULL,
    id                VARCHAR NOT NULL,    -- the word in the logic
    metric            VARCHAR NOT NULL,
    op                VARCHAR NOT NULL CHECK (op IN ('>', '>=', '<', '<=', 'is', 'in')),
    value             DOUBLE,
    words             VARCHAR[],           -- for is and in
    unit              VARCHAR NOT NULL,
    evidence          VARCHAR NOT NULL CHECK (evidence IN ('verified', 'secondary', 'recalled')),
    note              VARCHAR,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE counting_rule (
    rule_id           VARCHAR NOT NULL,
    title             VARCHAR NOT NULL,
    basis             VARCHAR NOT NULL CHECK (basis IN ('cumulative', 'per_run', 'modification')),
    part              VARCHAR NOT NULL,    -- the role of a run towards the model that is judged
    counts            BOOLEAN,             -- null: the text does not say
    paragraph         VARCHAR NOT NULL,    -- where it says so
    reason            VARCHAR NOT NULL,    -- our words
    evidence          VARCHAR NOT NULL CHECK (evidence IN ('verified', 'secondary', 'recalled')),
    source_id         VARCHAR NOT NULL
);
CREATE TABLE portability (
    framework         VARCHAR NOT NULL,
    device            VARCHAR NOT NULL,    -- gpu, tpu
    run               VARCHAR NOT NULL,    -- which of the published reports
    functions         INTEGER NOT NULL,
    complete_failure  INTEGER NOT NULL,
    partial_failure   INTEGER NOT NULL,
    partial_gradient_only INTEGER,         -- of these, where only gradient checks failed
    complete_gradient_only INTEGER,        -- the same of the complete failures
    not_tested        INTEGER,             -- of the functions, where no test for the device ran
    note              VARCHAR,
    source_id         VARCHAR NOT NULL
);
CREATE TABLE portability_function (
    framework         VARCHAR NOT NULL,
    device            VARCHAR NOT NULL,
    run               VARCHAR NOT NULL,
    function          VARCHAR NOT NULL,
    passed            INTEGER NOT NULL,
    failed            INTEGER NOT NULL,
    skipped           INTEGER NOT NULL,
    gradient_failed   INTEGER NOT NULL,    -- of those that failed
    status            VARCHAR NOT NULL CHECK (status IN
        ('success', 'partial_failure', 'complete_failure', 'not_tested')),
    source_id         VARCHAR NOT NULL
);
CREATE TABLE portability_latency (
    framework         VARCHAR NOT NULL,
    function          VARCHAR NOT NULL,
    gpu_run           VARCHAR NOT NULL,
    gpu_seconds       DOUBLE NOT NULL,
    tpu_seconds       DOUBLE NOT NULL,
    source_id         VARCHAR NOT NULL
);
