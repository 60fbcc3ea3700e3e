-- What search finds: datasets, collections, licences, languages and named parents of the current snapshot; models,
-- chips, benchmarks, sets of evaluation data, thresholds, papers, what they released and their claims.
INSERT INTO search_entry
SELECT 'dataset ' || d.id, 'dataset', d.id, d.name,
       concat_ws(' ', d.id, d.stated_id, d.huggingface_id,
                 (SELECT string_agg(DISTINCT a.name, ' ' ORDER BY a.name) FROM alias AS a
                  WHERE a.snapshot = d.snapshot AND a.node_id = d.id AND a.same)),
       concat_ws(' · ', c.name, d.modality, d.paper_title,
                 (SELECT string_agg(DISTINCT coalesce(v.label, f.value), ', ' ORDER BY coalesce(v.label, f.value))
                  FROM dataset_facet AS f LEFT JOIN facet_value AS v ON v.facet = f.facet AND v.value = f.value
                  WHERE f.snapshot = d.snapshot AND f.dataset_id = d.id
                    AND f.facet IN ('language', 'task', 'creator', 'domain', 'generating_model')))
FROM dataset AS d JOIN collection AS c ON c.snapshot = d.snapshot AND c.id = d.collection_id
WHERE d.snapshot = 'current';

INSERT INTO search_entry
SELECT 'collection ' || c.id, 'collection', c.id, c.name, c.id, concat_ws(' · ', 'collection', c.modality)
FROM collection AS c WHERE c.snapshot = 'current';

INSERT INTO search_entry
SELECT 'licence ' || l.id, 'licence', l.id, l.name,
       concat_ws(' ', l.spdx, (SELECT string_agg(a.name, ' ' ORDER BY a.name) FROM licence_alias AS a WHERE a.licence_id = l.id)),
       concat_ws(' · ', 'licence', l.use, l.url)
FROM licence AS l WHERE l.snapshot = 'current';

INSERT INTO search_entry
SELECT v.facet || ' ' || v.value, v.facet, v.value, v.label, v.value, concat_ws(' · ', replace(v.facet, '_', ' '), v.parent)
FROM facet_value AS v WHERE v.facet IN ('language', 'task_group', 'creator_country');

INSERT INTO search_entry
SELECT 'node ' || n.id, n.kind, n.id, n.label,
       (SELECT coalesce(string_agg(DISTINCT a.name, ' ' ORDER BY a.name), '') FROM alias AS a
        WHERE a.snapshot = n.snapshot AND a.node_id = n.id AND a.same),
       CASE n.kind WHEN 'model' THEN 'model' WHEN 'text_source' THEN 'text source' WHEN 'application' THEN 'application'
            ELSE CASE WHEN n.recorded THEN 'parent with several records' ELSE 'parent without a record' END END
FROM node AS n WHERE n.snapshot = 'current' AND n.kind NOT IN ('dataset', 'collection');

-- Of another kind than the models that lineage names: these are records, with what their training took.
INSERT INTO search_entry
SELECT 'ai_model ' || m.id, 'ai_model', m.id, m.name, concat_ws(' ', m.id, m.base_model),
       concat_ws(' · ', 'model', array_to_string(m.organisation, ', '), array_to_string(m.domain, ', '), year(m.released), m.paper)
FROM model AS m;

INSERT INTO search_entry
SELECT 'accelerator ' || a.id, 'accelerator', a.id, a.name, a.id, concat_ws(' · ', 'chip', a.maker, a.kind, year(a.released))
FROM accelerator AS a;

INSERT INTO search_entry
SELECT 'benchmark ' || b.id, 'benchmark', b.id, b.name, coalesce(b.dataset, ''),
       concat_ws(' · ', 'benchmark', b.type,
                 (SELECT string_agg(f.value, ', ' ORDER BY f.value) FROM benchmark_facet AS f
                  WHERE f.benchmark_id = b.id AND f.facet = 'domain'),
                 CASE WHEN b.languages <= 8 THEN
                     (SELECT string_agg(coalesce(v.label, f.value), ', ' ORDER BY f.value) FROM benchmark_facet AS f
                      LEFT JOIN facet_value AS v ON v.facet = 'language' AND v.value = f.value
                      WHERE f.benchmark_id = b.id AND f.facet = 'language')
                 WHEN b.languages > 8 THEN b.languages || ' languages' END)
FROM benchmark AS b;

INSERT INTO search_entry
SELECT 'paper ' || p.id, 'paper', p.id, p.title, concat_ws(' ', p.id, p.arxiv_id),
       concat_ws(' · ', 'paper', array_to_string(p.authors, ', ') || CASE WHEN p.et_al THEN ' et al.' ELSE '' END, p.year,
                 replace(array_to_string(p.themes, ', '), '_', ' '), p.summary)
FROM paper AS p;

-- Its id begins with the paper's, whose card shows it.
INSERT INTO search_entry
SELECT 'release ' || r.id, 'release', r.paper_id || '/' || r.id, r.name, concat_ws(' ', r.id, r.url),
       concat_ws(' · ', r.kind, 'released with ' || p.title, r.licence)
FROM release AS r JOIN paper AS p ON p.id = r.paper_id;

INSERT INTO search_entry
SELECT 'claim ' || c.id, 'claim', c.id, c.text, c.id,
       concat_ws(' · ', 'claim', p.title, c.context)
FROM claim AS c JOIN paper AS p ON p.id = c.paper_id;

INSERT INTO search_entry
SELECT 'evaluation_set ' || e.id, 'evaluation_set', e.id, e.title, e.id, concat_ws(' · ', 'set of ' || e.format, s.publisher)
FROM evaluation_set AS e LEFT JOIN source AS s ON s.id = e.source_id;

INSERT INTO search_entry
SELECT 'threshold ' || t.id, 'threshold', t.id, t.instrument, concat_ws(' ', t.id, t.citation),
       concat_ws(' · ', 'compute threshold', t.jurisdiction, replace(t.status, '_', ' '), t.scope)
FROM threshold AS t;

-- Words are runs of letters and digits of any script; the default would drop digits and all but a to z.
PRAGMA create_fts_index('search_entry', 'entry', 'name', 'aliases', 'detail', stopwords = 'none', ignore = '[^\p{L}\p{N}]+');
