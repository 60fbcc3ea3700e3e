INSERT INTO source VALUES
  ('dpi', 'Data Provenance Collection', 'Data Provenance Initiative', '2025-03-25', 'Apache-2.0',
   'https://github.com/Data-Provenance-Initiative/Data-Provenance-Collection', DATE '2026-11-20', NULL, true,
   'licence', 'Longpre et al., arXiv 2310.16787', 'facts'),
  ('unused', 'Not a source of these', 'Nobody', '1', NULL, 'https://example.org', NULL, NULL, true, '-', '-', 'facts');
INSERT INTO catalogue_version VALUES ('0123456789ab', 'ba9876543210');
INSERT INTO licence VALUES
  ('current', 'MIT License', 'MIT License', 'MIT', 'licence', 'commercial', true, false, true, 'table', 'https://spdx.org/licenses/MIT', 'dpi'),
  ('current', 'CC BY-NC-SA 4.0', 'CC BY-NC-SA 4.0', 'CC-BY-NC-SA-4.0', 'licence', 'noncommercial', true, true, true, 'table', NULL, 'dpi'),
  ('current', 'OpenAI', 'OpenAI', NULL, 'generated_terms', 'noncommercial', NULL, NULL, true, 'table', 'https://openai.com/policies/terms', 'dpi'),
  ('current', 'Unread', 'Unread', NULL, 'licence', 'unspecified', NULL, NULL, true, 'table', NULL, 'dpi'),
  ('current', 'Unspecified', 'Unspecified', NULL, 'none_stated', 'unspecified', false, false, true, 'table', NULL, 'dpi'),
  ('current', 'custom:https://example.org/terms', 'Custom', NULL, 'custom', 'academic_only', true, true, false, 'rule', 'https://example.org/terms', 'dpi');
INSERT INTO dataset (snapshot, id, stated_id, name, collection_id, modality, authorship, source_id, source_file, source_key, origin)
  SELECT 'current', id, id, id, 'swahili', 'text', 'people', 'dpi', 'x.json', id, 'facts'
  FROM unnest(['swahili-chat', 'base-nc', 'alone', 'hostile']) AS d(id);
INSERT INTO dataset_licence VALUES
  ('current', 'swahili-chat', 'audit', 0, 'MIT License', 'MIT License', 'https://example.org/LICENSE', '2025-03'),
  ('current', 'swahili-chat', 'audit', 1, 'OpenAI', 'OpenAI', NULL, '2025-03'),
  ('current', 'swahili-chat', 'huggingface', 0, 'mit', 'MIT License', NULL, '2024-05'),
  ('current', 'base-nc', 'audit', 0, 'CC BY-NC-SA 4.0', 'CC BY-NC-SA 4.0', NULL, NULL),
  ('current', 'alone', 'audit', 0, 'Unspecified', 'Unspecified', NULL, NULL),
  ('current', 'alone', 'audit', 1, 'Unread', 'Unread', NULL, NULL),
  ('current', 'hostile', 'audit', 0, 'Custom', 'custom:https://example.org/terms', 'javascript:alert(1)', NULL),
  ('current', 'hostile', 'github', 0, 'Odd | licence', 'Odd | licence', NULL, NULL);
INSERT INTO bibliography VALUES
  ('current', 'swahili-chat', 'article', 'Talking to {Swahili} models: 50% & more', ['Wanjiru Kamau', 'Juma, Asha'], 2023, 'Journal of Tests', '7', '1-9'),
  ('current', 'base-nc', 'inproceedings', 'A base', ['Lab for Language and Speech'], 2021, NULL, NULL, NULL);
INSERT INTO node VALUES
  ('current', 'swahili-chat', 'dataset', 'Swahili chat', true, 'https://example.org/chat'),
  ('current', 'base-nc', 'dataset', 'Base', true, NULL),
  ('current', 'alone', 'dataset', 'Alone', true, NULL),
  ('current', 'hostile', 'dataset', '<script>', true, 'javascript:alert(1)'),
  ('current', 'work:lost', 'work', 'Lost corpus', false, NULL),
  ('current', 'work:base', 'work', 'base', true, NULL),
  ('current', 'collection:swahili', 'collection', 'Swahili', true, NULL),
  ('current', 'source:wikipedia.org', 'text_source', 'wikipedia.org', true, 'https://wikipedia.org'),
  ('current', 'model:GPT-4', 'model', 'GPT-4', true, NULL),
  ('2023-10-25', 'swahili-chat', 'dataset', 'Of the other snapshot', true, NULL);
INSERT INTO derivation VALUES
  ('current', 'swahili-chat', 'work:base', 'derived_from', 'base', 'normalised_name', 'dpi'),
  ('current', 'work:base', 'base-nc', 'recorded_as', NULL, 'normalised_name', 'dpi'),
  ('current', 'base-nc', 'swahili-chat', 'derived_from', 'swahili-chat', 'id', 'dpi'),
  ('current', 'base-nc', 'base-nc', 'derived_from', 'base-nc', 'id', 'dpi'),
  ('current', 'base-nc', 'work:lost', 'derived_from', 'Lost corpus', 'stated', 'dpi'),
  ('current', 'base-nc', 'source:wikipedia.org', 'text_source', 'wikipedia.org', 'stated', 'dpi'),
  ('current', 'swahili-chat', 'model:GPT-4', 'generated_by', 'GPT-4', 'stated', 'dpi'),
  ('current', 'hostile', 'collection:swahili', 'derived_from', 'Swahili', 'collection', 'dpi'),
  ('current', 'collection:swahili', 'alone', 'has_member', NULL, 'id', 'dpi'),
  ('2023-10-25', 'swahili-chat', 'work:elsewhere', 'derived_from', 'x', 'stated', 'dpi');
