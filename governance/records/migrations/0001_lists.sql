-- 0001_lists.sql: saved lists with the datasets they held when saved, and small documents such as own policies
CREATE TABLE saved_list (
    id                VARCHAR PRIMARY KEY,     -- 12 hex digits
    name              VARCHAR NOT NULL,
    name_key          VARCHAR NOT NULL,        -- the name as compared; unique, kept so by the one writer, since an
                                               -- index would refuse to change only the case of a name
    note              VARCHAR NOT NULL,
    selection         VARCHAR NOT NULL,        -- JSON: the filters it came from
    snapshot          VARCHAR NOT NULL,
    policy_id         VARCHAR NOT NULL,
    catalogue_version VARCHAR NOT NULL,
    revision          INTEGER NOT NULL,        -- 1, and 1 more with every change
    created           TIMESTAMP NOT NULL,      -- UTC
    updated           TIMESTAMP NOT NULL
);

CREATE TABLE saved_list_member (
    list_id     VARCHAR NOT NULL,
    position    INTEGER NOT NULL,              -- from 1, the order of the selection
    dataset_id  VARCHAR NOT NULL
);

CREATE TABLE document (
    kind      VARCHAR NOT NULL,                -- policy, ...
    id        VARCHAR NOT NULL,
    body      VARCHAR NOT NULL,                -- JSON, checked by whoever owns the kind
    revision  INTEGER NOT NULL,
    created   TIMESTAMP NOT NULL,              -- UTC
    updated   TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, id)
);
