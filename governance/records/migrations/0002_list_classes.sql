-- 0002_list_classes.sql: the use classes of each dataset when the list was saved; null in lists saved before this
ALTER TABLE saved_list_member ADD COLUMN licence_use VARCHAR;
ALTER TABLE saved_list_member ADD COLUMN effective_use VARCHAR;
