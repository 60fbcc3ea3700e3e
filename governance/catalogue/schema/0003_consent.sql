-- What the web allows: domains, their weight in corpora, and who may not do what there. Unknown is null.
CREATE TABLE domain (
    id             VARCHAR PRIMARY KEY,    -- host name in lower case without "www."
    name           VARCHAR NOT NULL,       -- as the source writes it
    type           VARCHAR,                -- kind of service: news, academic, forum, ...
    topics         VARCHAR[],
    user_content   VARCHAR,                -- how what users write is moderated
    paywall        VARCHAR,                -- none, some, all
    advertisements BOOLEAN,
    source_id      VARCHAR NOT NULL
);

CREATE TABLE corpus (
    id           VARCHAR PRIMARY KEY,      -- c4, refinedweb, dolma
    name         VARCHAR NOT NULL,
    tokens       DOUBLE NOT NULL,          -- in the whole corpus
    domains      BIGINT NOT NULL,
    head_domains INTEGER NOT NULL,         -- the largest ones, looked at in full
    source_id    VARCHAR NOT NULL
);

CREATE TABLE corpus_domain (
    corpus      VARCHAR NOT NULL,
    domain_id   VARCHAR NOT NULL,
    tokens      DOUBLE NOT NULL,
    stratum     VARCHAR NOT NULL CHECK (stratum IN ('head', 'random')),
    source_id   VARCHAR NOT NULL
);

-- A registry of crawlers, by the token they are addressed with.
CREATE TABLE crawl_agent (
    id          VARCHAR PRIMARY KEY,       -- product token as its operator writes it
    operator    VARCHAR,
    purpose     VARCHAR NOT NULL CHECK (purpose IN
                ('training', 'search', 'assistant', 'archive', 'agent', 'data', 'other', 'unknown')),
    respects    VARCHAR NOT NULL CHECK (respects IN ('yes', 'no', 'unclear')),
    developer   BOOLEAN NOT NULL,          -- one of the six that the published series count
    url         VARCHAR,
    source_id   VARCHAR NOT NULL
);

-- How often a source saw an agent named, and at which level, over months of many domains.
CREATE TABLE agent_level (
    agent       VARCHAR NOT NULL,
    observed    BIGINT NOT NULL,           -- domain-months
    full_n      BIGINT NOT NULL,
    partial_n   BIGINT NOT NULL,
    none_n      BIGINT NOT NULL,
    source_id   VARCHAR NOT NULL
);

-- Published series: the token-weighted share of a corpus, by month.
CREATE TABLE consent_series (
    corpus      VARCHAR NOT NULL,
    month       DATE NOT NULL,             -- its first day
    stratum     VARCHAR NOT NULL CHECK (stratum IN ('head', 'random', 'all')),
    basis       VARCHAR NOT NULL CHECK (basis IN ('of_stratum', 'of_corpus')),
    rule        VARCHAR NOT NULL,          -- published, or older_wider: not comparable with each other
    kind        VARCHAR NOT NULL CHECK (kind IN ('observed', 'forecast')),
    share       DOUBLE NOT NULL,           -- fully restricted, 0 to 1
    source_id   VARCHAR NOT NULL
);

-- Rates that others measured over a panel of domains.
CREATE TABLE consent_panel (
    segment     VARCHAR NOT NULL,
    measure     VARCHAR NOT NULL,
    unit        VARCHAR NOT NULL CHECK (unit IN ('share', 'count')),
    observed    DATE NOT NULL,
    value       DOUBLE NOT NULL,
    n           BIGINT,
    source_id   VARCHAR NOT NULL
);

-- Who may not do what at a domain, as read from one signal on one day. The text itself is not kept.
CREATE TABLE consent_signal (
    domain_id      VARCHAR NOT NULL,
    observed       DATE NOT NULL,
    kind           VARCHAR NOT NULL CHECK (kind IN ('robots', 'terms', 'ai_txt', 'tdmrep', 'content_usage',
                   'content_signal', 'header', 'meta', 'rsl')),
    agent          VARCHAR NOT NULL,       -- product token, or * for everyone
    use            VARCHAR NOT NULL CHECK (use IN ('crawl', 'training', 'ai_input', 'search', 'mining', 'any_ai')),
    restriction    VARCHAR CHECK (restriction IN ('none', 'partial', 'full')),  -- null: not stated
    paper_restriction VARCHAR CHECK (paper_restriction IN ('none', 'partial', 'full')),  -- by the published rule
    class          VARCHAR,                -- for terms: the verdict
    certainty      VARCHAR NOT NULL CHECK (certainty IN ('stated', 'inherited', 'inferred', 'draft')),
    content_hash   VARCHAR,                -- SHA-256 of the bytes it was read from
    source_id      VARCHAR NOT NULL
);

-- Terms of the sources behind a collection, as somebody read them.
CREATE TABLE source_terms (
    collection_id  VARCHAR NOT NULL,
    question       VARCHAR NOT NULL CHECK (question IN ('scraping', 'ai', 'use', 'model_terms', 'model_scraping')),
    verdict        VARCHAR NOT NULL,
    about          VARCHAR,                -- which site or model
    stated         VARCHAR NOT NULL,       -- the label as written
    source_id      VARCHAR NOT NULL
);

-- Which web domains the text, speech or video of a dataset was taken from.
CREATE TABLE dataset_domain (
    snapshot    VARCHAR NOT NULL,
    dataset_id  VARCHAR NOT NULL,
    domain_id   VARCHAR NOT NULL,
    basis       VARCHAR NOT NULL,          -- host name stated, or a known name of the site
    source_id   VARCHAR NOT NULL
);
