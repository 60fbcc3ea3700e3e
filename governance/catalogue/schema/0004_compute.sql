CREATE TABLE model (
    id                VARCHAR PRIMARY KEY,
    name              VARCHAR NOT NULL,
    organisation      VARCHAR,
    country           VARCHAR,             -- ISO 3166-1 alpha-2
    parameters        DOUBLE,              -- a count
    active_parameters DOUBLE,
    tokens            DOUBLE,
    released          DATE,
    openness          VARCHAR,
    licence           VARCHAR,
    base_model        VARCHAR,
    source_id         VARCHAR NOT NULL,
    origin            VARCHAR NOT NULL
);
CREATE TABLE compute_record (
    model_id        VARCHAR NOT NULL,
    training_flop   DOUBLE,
    low             DOUBLE,
    high            DOUBLE,
    method          VARCHAR,
    hardware        VARCHAR,
    chip_hours      DOUBLE,
    energy_kwh      DOUBLE,
    co2e_kg         DOUBLE,
    confidence      VARCHAR,
    source_id       VARCHAR NOT NULL
);
CREATE TABLE threshold (
    id              VARCHAR PRIMARY KEY,
    jurisdiction    VARCHAR NOT NULL,
    instrument      VARCHAR NOT NULL,
    status          VARCHAR NOT NULL,
    applies_from    DATE,
    applies_until   DATE,
    metric          VARCHAR NOT NULL,
    value           DOUBLE,
    logic           VARCHAR,
    source_id       VARCHAR NOT NULL
);
CREATE TABLE accelerator (
    id              VARCHAR PRIMARY KEY,
    name            VARCHAR NOT NULL,
    peak_flop_per_second DOUBLE,
    memory_bytes    DOUBLE,
    power_watts     DOUBLE,
    price_usd       DOUBLE,
    price_year      SMALLINT,
    source_id       VARCHAR NOT NULL
);
CREATE TABLE grid (
    region          VARCHAR NOT NULL,
    year            SMALLINT NOT NULL,
    co2e_kg_per_kwh DOUBLE NOT NULL,
    source_id       VARCHAR NOT NULL
);
