-- What the web allows: domains, their weight in corpora, and who may not do what there. Unknown is null.
CREATE TABLE domain (
    id             VARCHAR PRIMARY KEY,    -- host name in lower case without "www."
    name           VARCHAR NOT NULL,       -- as the source writes it
    type           VARCHAR CHECK (type IN ('news', 'organisation', 'encyclopedia', 'commerce', 'academic', 'social',
                   'government', 'blog', 'other')),  -- kind of service
    topics         VARCHAR[],
    user_content   VARCHAR CHECK (user_content IN ('strong_moderation', 'weak_moderation')),
    paywall        VARCHAR CHECK (paywall IN ('none', 'some', 'all')),
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
    stratum     VARCHAR CHECK (stratum IN ('head', 'random')),  -- null: among the largest of another corpus alone
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

-- What happened when a series made a step: crawlers made known, terms changed, law.
CREATE TABLE consent_event (
    month       DATE NOT NULL,             -- its first day
    day         DATE,                      -- where it is known
    title       VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL CHECK (kind IN ('crawler', 'site', 'network', 'law', 'standard')),
    agent       VARCHAR,                   -- the product token it concerns
    evidence    VARCHAR NOT NULL CHECK (evidence IN ('verified', 'secondary', 'recalled')),
    url         VARCHAR,
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

-- The level of a domain: the strictest over the developers' agents in its newest robots.txt read, by RFC 9309;
-- what it says to everyone where none of them was asked about.
CREATE VIEW domain_level AS
WITH newest AS (
    SELECT domain_id, max(observed) AS observed FROM consent_signal WHERE kind = 'robots' GROUP BY domain_id
), asked AS (
    SELECT s.domain_id, s.observed, s.restriction, a.id AS developer,
           list_position(['none', 'partial', 'full'], s.restriction) AS strictness
    FROM consent_signal AS s
    JOIN newest AS n ON n.domain_id = s.domain_id AND n.observed = s.observed
    LEFT JOIN crawl_agent AS a ON a.developer AND lower(a.id) = lower(s.agent)
    WHERE s.kind = 'robots' AND s.restriction IS NOT NULL AND (a.id IS NOT NULL OR s.agent = '*')
)
SELECT domain_id, any_value(observed) AS observed,
       coalesce(arg_max(restriction, strictness) FILTER (developer IS NOT NULL), arg_max(restriction, strictness))
           AS restriction,
       count(DISTINCT developer)::INTEGER AS developers    -- asked about; 0: only what is said to everyone
FROM asked GROUP BY domain_id;

-- What is known of a dataset's web sites; the share is of those whose robots.txt was read, null where none was.
CREATE VIEW dataset_consent AS
SELECT d.snapshot, d.dataset_id, count(*)::INTEGER AS sites, count(l.restriction)::INTEGER AS sites_known,
       count(*) FILTER (l.restriction = 'full') / nullif(count(l.restriction), 0) AS sources_full
FROM dataset_domain AS d LEFT JOIN domain_level AS l ON l.domain_id = d.domain_id
GROUP BY d.snapshot, d.dataset_id;
