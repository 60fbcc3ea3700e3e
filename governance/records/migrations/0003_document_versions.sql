-- 0003_document_versions.sql: every revision of a document; those before this migration are lost but for the newest
CREATE TABLE document_version (
    kind      VARCHAR NOT NULL,
    id        VARCHAR NOT NULL,
    revision  INTEGER NOT NULL,
    body      VARCHAR NOT NULL,                -- JSON, as it was saved
    saved     TIMESTAMP NOT NULL,              -- UTC
    PRIMARY KEY (kind, id, revision)
);
INSERT INTO document_version SELECT kind, id, revision, body, updated FROM document;
