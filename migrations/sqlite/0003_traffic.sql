-- Traffic. A row of traffic_days means that GitHub reported the day, zero included; no row, or a
-- null, means that nobody knows. Keyed by repository and day without a rowid, ten years of 2,000
-- repositories lie in one compact tree, and every page reads one short stretch of it each.
-- Weekly and window uniques are kept as GitHub counted them, since daily uniques do not add up.

create table traffic_days (
    repository_id integer not null constraint traffic_days_repository_fk
        references repositories (id) on delete cascade,
    day text not null,
    views integer,
    view_uniques integer,
    clones integer,
    clone_uniques integer,
    constraint traffic_days_pk primary key (repository_id, day),
    constraint traffic_days_views_check check ((views is null) = (view_uniques is null)),
    constraint traffic_days_clones_check check ((clones is null) = (clone_uniques is null))
) strict, without rowid;

create table traffic_weeks (
    repository_id integer not null constraint traffic_weeks_repository_fk
        references repositories (id) on delete cascade,
    week text not null,
    views integer,
    view_uniques integer,
    clones integer,
    clone_uniques integer,
    constraint traffic_weeks_pk primary key (repository_id, week),
    constraint traffic_weeks_views_check check ((views is null) = (view_uniques is null)),
    constraint traffic_weeks_clones_check check ((clones is null) = (clone_uniques is null))
) strict, without rowid;

create table traffic_windows (
    repository_id integer not null constraint traffic_windows_repository_fk
        references repositories (id) on delete cascade,
    measure text not null constraint traffic_windows_measure_check check (measure in ('views', 'clones')),
    last_day text not null,
    first_day text not null,
    total integer not null,
    uniques integer not null,
    constraint traffic_windows_pk primary key (repository_id, measure, last_day)
) strict, without rowid;

create table popularity_days (
    repository_id integer not null constraint popularity_days_repository_fk
        references repositories (id) on delete cascade,
    day text not null,
    stars integer not null,
    forks integer not null,
    watchers integer not null,
    open_issues integer not null,
    constraint popularity_days_pk primary key (repository_id, day)
) strict, without rowid;
