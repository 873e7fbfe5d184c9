-- The days of each week beside its running total, so that a boundary between two Mondays reads no
-- other row. A repository's first week has a row too.
--
-- The program fills the table at its next start, a repository at a time.

delete from running_totals;
alter table running_totals add column days blob not null default x'';
