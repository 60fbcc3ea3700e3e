-- Every edge that the catalogue's rows give: the child rests on the parent. One row an edge, with where it comes from.
-- Ids of lineage nodes are written without their prefix; the kind says the same.
WITH node_of AS (
    SELECT id AS node_id, CASE kind WHEN 'model' THEN 'generating_model' ELSE kind END AS kind,
           CASE kind WHEN 'dataset' THEN id ELSE substr(id, instr(id, ':') + 1) END AS id
    FROM node WHERE snapshot = 'current'
), scored AS (
    SELECT set_id, model, task, count(*) AS n, any_value(source_id) AS source,
           concat_ws('/', set_id, model, task) AS id
    FROM result GROUP BY set_id, model, task
), fought AS (
    SELECT set_id, unnest([model_a, model_b]) AS model, source_id FROM battle
), named AS (
    SELECT id, any_value(name) AS name, count(*) OVER (PARTITION BY lower(any_value(name))) AS alike FROM model GROUP BY id
), hub AS (
    SELECT id, source_id, lower(dataset) AS address, 'same hub id' AS why FROM benchmark WHERE dataset IS NOT NULL
    UNION ALL
    SELECT id, source_id, lower(regexp_extract(reference, '://huggingface\.co/datasets/([^?#]+?)/?([?#]|$)', 1)),
           'named as its origin' FROM benchmark
), measured AS (
    SELECT h.id AS benchmark, d.id AS dataset, any_value(h.source_id) AS source, max(h.why) AS why
    FROM hub AS h JOIN dataset AS d ON d.snapshot = 'current' AND lower(d.huggingface_id) = h.address
    GROUP BY h.id, d.id
), same AS (
    SELECT 'evaluated_model' AS kind, e.model AS id, m.id AS model, e.source AS source, 'same name' AS why
    FROM (SELECT model, any_value(source) AS source FROM (
              SELECT model, source FROM scored UNION ALL SELECT model, source_id FROM fought) GROUP BY model) AS e
    JOIN named AS m ON m.alike = 1 AND lower(m.name) = lower(e.model)
    UNION ALL
    SELECT n.kind, n.id, m.id, m.source_id, 'same organisation and name'
    FROM node_of AS n JOIN model AS m ON list_contains([lower(o || ' ' || m.name) FOR o IN m.organisation], lower(n.id))
    WHERE n.kind = 'generating_model'
)
-- provenance
SELECT c.kind AS child_kind, c.id AS child, CASE d.kind WHEN 'derived_from' THEN 'wasDerivedFrom'
           WHEN 'text_source' THEN 'hadPrimarySource' WHEN 'generated_by' THEN 'wasAttributedTo'
           WHEN 'recorded_as' THEN 'alternateOf' ELSE 'hadMember' END AS predicate,
       p.kind AS parent_kind, p.id AS parent, d.source_id AS source,
       concat_ws(', ', d.stated, 'by ' || replace(d.basis, '_', ' ')) AS detail
FROM derivation AS d JOIN node_of AS c ON c.node_id = d.child JOIN node_of AS p ON p.node_id = d.parent
WHERE d.snapshot = 'current'
UNION ALL
SELECT 'dataset', dataset_id, 'governedBy', 'licence', licence_id, any_value(d.source_id),
       'stated by ' || string_agg(DISTINCT l.host, ', ' ORDER BY l.host)
FROM dataset_licence AS l JOIN dataset AS d ON d.snapshot = l.snapshot AND d.id = l.dataset_id
WHERE l.snapshot = 'current' GROUP BY dataset_id, licence_id
UNION ALL
SELECT CASE WHEN subject_kind = 'model' THEN 'generating_model' ELSE subject_kind END,
       CASE WHEN subject_kind = 'model' THEN substr(subject_id, instr(subject_id, ':') + 1) ELSE subject_id END,
       'governedBy', object_kind, object_id, source_id, replace(predicate, '_', ' ')
FROM link WHERE predicate = 'under_terms'
-- consent
UNION ALL
SELECT 'dataset', dataset_id, 'hadPrimarySource', 'domain', domain_id, any_value(source_id), string_agg(DISTINCT basis, ', ')
FROM dataset_domain WHERE snapshot = 'current' GROUP BY dataset_id, domain_id
UNION ALL
SELECT 'corpus', corpus, 'hadMember', 'domain', domain_id, source_id, printf('%.4g tokens', tokens) FROM corpus_domain
UNION ALL
SELECT 'dataset', d.id, 'governedBy', 'consent', 'terms/' || t.collection_id || '/' || t.question, any_value(t.source_id),
       'terms of the sources of its collection'
FROM source_terms AS t JOIN dataset AS d ON d.snapshot = 'current' AND d.collection_id = t.collection_id
GROUP BY d.id, t.collection_id, t.question
UNION ALL
SELECT 'domain', domain_id, 'governedBy', 'consent', concat_ws('/', 'signal', domain_id, kind), any_value(source_id),
       'newest of ' || max(observed)
FROM consent_signal GROUP BY domain_id, kind
-- evaluation
UNION ALL
SELECT 'benchmark', benchmark, 'wasDerivedFrom', 'dataset', dataset, source, why FROM measured
UNION ALL
SELECT 'benchmark', b.id, 'governedBy', 'licence', l.id, b.source_id, 'states ' || b.licence
FROM benchmark AS b JOIN licence AS l ON l.snapshot = 'current' AND l.spdx = b.spdx
UNION ALL
SELECT 'evaluation_set', set_id, 'hadMember', 'result', id, source, n || ' rows' FROM scored
UNION ALL
SELECT 'result', s.id, 'wasDerivedFrom', 'benchmark', b.id, s.source, 'its task' FROM scored AS s JOIN benchmark AS b ON b.id = s.task
UNION ALL
SELECT 'result', id, 'wasDerivedFrom', 'evaluated_model', model, source, 'as the set names it' FROM scored
UNION ALL
SELECT 'evaluation_set', set_id, 'wasDerivedFrom', 'evaluated_model', model, any_value(source_id), count(*) || ' battles'
FROM fought GROUP BY set_id, model
UNION ALL
SELECT 'result', index_id || '/' || model, 'wasDerivedFrom', 'model', model_id, source_id, 'index ' || index_id
FROM capability WHERE model_id IS NOT NULL AND value IS NOT NULL
-- models and law
UNION ALL
-- two records of one model rest on each other: what touches either touches both
SELECT kind, id, 'alternateOf', 'model', model, source, why FROM same
UNION ALL
SELECT 'model', model, 'alternateOf', kind, id, source, why FROM same
UNION ALL
SELECT 'model', m.id, 'wasDerivedFrom', 'model', m.base_model_id, m.source_id, 'base model, written ' || m.base_model
FROM model AS m JOIN model AS b ON b.id = m.base_model_id
UNION ALL
SELECT 'model', model_id, 'assessedBy', 'compute_record', model_id, source_id, 'version ' || version FROM compute_record
UNION ALL
SELECT 'compute_record', r.model_id, 'governedBy', 'threshold', t.threshold_id, t.source_id,
       printf('training compute %.3g %s %.3g; whether the text applies is another question', r.training_flop, t.op, t.value)
FROM compute_record AS r JOIN threshold_test AS t ON t.metric = 'training_compute'
 AND (t.op = '>' AND r.training_flop > t.value OR t.op = '>=' AND r.training_flop >= t.value)
JOIN threshold AS h ON h.id = t.threshold_id AND h.subject = 'model'
-- research
UNION ALL
SELECT 'claim', c.id, 'wasQuotedFrom', 'paper', p.id, c.source_id, 'in our words'
FROM claim AS c JOIN paper AS p ON p.id = c.paper_id
UNION ALL
SELECT 'paper', p.id, 'reportsOn', 'dataset', d.id, d.source_id, 'the paper that the dataset names'
FROM paper AS p JOIN dataset AS d ON d.snapshot = 'current'
 AND (d.arxiv_id = p.arxiv_id OR lower(d.paper_title) = lower(p.title))
UNION ALL
SELECT 'paper', p.id, 'reportsOn', 'model', m.id, m.source_id, 'the paper that the model names'
FROM paper AS p JOIN model AS m ON lower(m.paper) = lower(p.title)
UNION ALL
SELECT 'paper', r.paper_id, 'reportsOn', 'release', r.paper_id || '/' || r.id, r.source_id, 'released with it'
FROM release AS r JOIN paper AS p ON p.id = r.paper_id
UNION ALL
SELECT 'release', r.paper_id || '/' || r.id, 'alternateOf', 'model', m.id, r.source_id, 'the same model'
FROM release AS r JOIN model AS m ON m.id = r.record_id WHERE r.kind = 'model'
UNION ALL
SELECT 'release', r.paper_id || '/' || r.id, 'governedBy', 'licence', l.id, r.source_id, 'states ' || r.licence
FROM release AS r JOIN licence AS l ON l.snapshot = 'current' AND l.spdx = r.spdx
-- the sources that replications read, as wholes
UNION ALL
SELECT 'source', source_id, 'hadMember', 'dataset', id, source_id, 'facts from it' FROM dataset WHERE snapshot = 'current'
UNION ALL SELECT 'source', source_id, 'hadMember', 'benchmark', id, source_id, 'facts from it' FROM benchmark
UNION ALL SELECT 'source', source_id, 'hadMember', 'evaluation_set', id, source_id, 'facts from it' FROM evaluation_set
UNION ALL SELECT 'source', source_id, 'hadMember', 'corpus', id, source_id, 'facts from it' FROM corpus
UNION ALL SELECT 'source', source_id, 'hadMember', 'model', id, source_id, 'facts from it' FROM model
UNION ALL SELECT 'source', source_id, 'hadMember', 'threshold', id, source_id, 'facts from it' FROM threshold
UNION ALL SELECT 'source', source_id, 'hadMember', 'release', paper_id || '/' || id, source_id, 'facts from it' FROM release
UNION ALL
SELECT 'source', s.id, 'governedBy', 'licence', l.id, s.id, 'of the facts, ' || s.licence
FROM source AS s JOIN licence AS l ON l.snapshot = 'current' AND l.spdx = s.licence
