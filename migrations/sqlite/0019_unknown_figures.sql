-- Figures that GitHub did not tell in a way that can be read are unknown, and no longer cost the
-- others; and the day since which a repository exists, before which nothing could be counted.

create table popularity_days_new (
    repository_id integer not null constraint popularity_days_repository_fk
        references repositories (id) on delete cascade,
    day text not null,
    stars integer,
    forks integer,
    watchers integer,
    open_issues integer,
    constraint popularity_days_pk primary key (repository_id, day)
) strict, without rowid;
insert into popularity_days_new (repository_id, day, stars, forks, watchers, open_issues)
    select repository_id, day, stars, forks, watchers, open_issues from popularity_days;
drop table popularity_days;
alter table popularity_days_new rename to popularity_days;

alter table repositories add column created_on text;

-- "Not modified" says nothing of when a repository was made: ask once in full.
update answers set etag = null, credential = null where endpoint = 'repository';
