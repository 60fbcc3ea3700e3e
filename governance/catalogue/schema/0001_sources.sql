-- Where facts came from. Every other table's source_id points here.
CREATE TABLE source (
    id               VARCHAR PRIMARY KEY,
    title            VARCHAR NOT NULL,
    publisher        VARCHAR NOT NULL,
    version          VARCHAR NOT NULL,
    licence          VARCHAR,              -- SPDX expression; null: none stated
    url              VARCHAR NOT NULL,
    retrieved        DATE,
    checksum         VARCHAR,              -- sha256 of the facts built from it
    redistributable  BOOLEAN NOT NULL,
    basis            VARCHAR NOT NULL,     -- why it may, or may not, be embedded
    citation         VARCHAR NOT NULL,     -- whom to credit
    origin           VARCHAR NOT NULL CHECK (origin IN ('facts', 'import', 'user'))
);

-- What an importer read, kept and found odd; nothing is dropped in silence.
CREATE TABLE import_note (
    source_id   VARCHAR NOT NULL,
    snapshot    VARCHAR,
    kind        VARCHAR NOT NULL,          -- repeated_id, unknown_licence, unmapped_language, ...
    subject     VARCHAR NOT NULL,          -- record, field or file it concerns
    detail      VARCHAR NOT NULL
);

CREATE TABLE catalogue_version (
    version     VARCHAR NOT NULL,          -- 12 hex digits of sha256 over schema and facts
    schema_hash VARCHAR NOT NULL
);
