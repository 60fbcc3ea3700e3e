-- Every record of the kinds that a trace knows, with what to call it; also those that nothing rests on.
SELECT CASE kind WHEN 'model' THEN 'generating_model' ELSE kind END AS kind,
       CASE kind WHEN 'dataset' THEN id ELSE substr(id, instr(id, ':') + 1) END AS id, label
FROM node WHERE snapshot = 'current'
UNION ALL SELECT 'licence', id, name FROM licence WHERE snapshot = 'current'
UNION ALL SELECT 'corpus', id, name FROM corpus
UNION ALL SELECT 'domain', id, name FROM domain
UNION ALL
SELECT 'consent', 'terms/' || collection_id || '/' || question,
       'Terms of ' || collection_id || ', ' || replace(question, '_', ' ') || ': '
           || string_agg(DISTINCT replace(verdict, '_', ' '), ', ' ORDER BY replace(verdict, '_', ' '))
FROM source_terms GROUP BY collection_id, question
UNION ALL
SELECT 'consent', concat_ws('/', 'signal', domain_id, kind),
       replace(kind, '_', ' ') || ' of ' || domain_id || ': ' || coalesce(max_by(restriction, (observed,
           list_position(['none', 'partial', 'full'], restriction))), 'not stated')
FROM consent_signal GROUP BY domain_id, kind
UNION ALL SELECT 'benchmark', id, name FROM benchmark
UNION ALL SELECT 'evaluation_set', id, title FROM evaluation_set
UNION ALL SELECT 'result', concat_ws('/', set_id, model, task), model || ' on ' || task FROM result GROUP BY set_id, model, task
UNION ALL
SELECT 'result', index_id || '/' || model, model || ' on ' || index_id
FROM capability WHERE model_id IS NOT NULL AND value IS NOT NULL
UNION ALL SELECT 'model', id, name FROM model
UNION ALL SELECT 'compute_record', r.model_id, 'Compute of ' || m.name FROM compute_record AS r JOIN model AS m ON m.id = r.model_id
UNION ALL SELECT 'threshold', id, instrument FROM threshold
UNION ALL SELECT 'paper', id, title FROM paper
UNION ALL SELECT 'claim', id, text FROM claim
UNION ALL SELECT 'release', paper_id || '/' || id, name FROM release
UNION ALL SELECT 'source', id, title FROM source
