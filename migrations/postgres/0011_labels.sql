-- Where a string is used: what a deleted tenant or repository alone had is found and deleted with
-- it, without reading all rankings for each string.

create index ranking_rows_label on ranking_rows (label_id);
create index ranking_rows_title on ranking_rows (title_id) where title_id is not null;
