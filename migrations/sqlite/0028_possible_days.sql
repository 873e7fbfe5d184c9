-- The most that GitHub ever said of an upload, and the total when it said so: a count that falls and
-- comes back to its old height was never begun anew, and nothing was downloaded in between.
--
-- And days that cannot be, which were stored while GitHub's days were not held against the calendar:
-- later than tomorrow, or older than GitHub. They made a repository look complete that was not.

alter table release_assets add column height integer not null default 0;
alter table release_assets add column total_at_height integer not null default 0;
update release_assets set height = downloads, total_at_height = total;

delete from traffic_days where day > date('now', '+1 day') or day < '2007-10-01';
delete from traffic_weeks where week > date('now', '+1 day') or week < '2007-10-01';
delete from traffic_windows where last_day > date('now', '+1 day') or first_day < '2007-10-01';
delete from observations where day > date('now', '+1 day') or day < '2007-10-01';
delete from answered_days where from_day > date('now', '+1 day') or to_day < '2007-10-01';
update answered_days set to_day = date('now', '+1 day') where to_day > date('now', '+1 day');
delete from answered_days where from_day < '2007-10-01';
-- The last answer that listed such a day is asked for again in full.
delete from traffic_answers where last_day > date('now', '+1 day') or first_day < '2007-10-01';
update answers set etag = null, credential = null
    where endpoint in ('views', 'clones') and not exists (
        select 1 from traffic_answers t
        where t.repository_id = answers.repository_id and t.measure = answers.endpoint);
