-- Traffic. A row of traffic_days means that GitHub reported the day, zero included; no row, or a
-- null, means that nobody knows. Keyed by repository and day, ten years of 2,000 repositories are
-- read in one short stretch each.
-- Weekly and window uniques are kept as GitHub counted them, since daily uniques do not add up.

create table traffic_days (
    repository_id bigint not null constraint traffic_days_repository_fk
        references repositories (id) on delete cascade,
    day date not null,
    views bigint,
    view_uniques bigint,
    clones bigint,
    clone_uniques bigint,
    constraint traffic_days_pk primary key (repository_id, day),
    constraint traffic_days_views_check check ((views is null) = (view_uniques is null)),
    constraint traffic_days_clones_check check ((clones is null) = (clone_uniques is null))
);

create table traffic_weeks (
    repository_id bigint not null constraint traffic_weeks_repository_fk
        references repositories (id) on delete cascade,
    week date not null,
    views bigint,
    view_uniques bigint,
    clones bigint,
    clone_uniques bigint,
    constraint traffic_weeks_pk primary key (repository_id, week),
    constraint traffic_weeks_views_check check ((views is null) = (view_uniques is null)),
    constraint traffic_weeks_clones_check check ((clones is null) = (clone_uniques is null))
);

create table traffic_windows (
    repository_id bigint not null constraint traffic_windows_repository_fk
        references repositories (id) on delete cascade,
    measure text not null constraint traffic_windows_measure_check check (measure in ('views', 'clones')),
    last_day date not null,
    first_day date not null,
    total bigint not null,
    uniques bigint not null,
    constraint traffic_windows_pk primary key (repository_id, measure, last_day)
);

create table popularity_days (
    repository_id bigint not null constraint popularity_days_repository_fk
        references repositories (id) on delete cascade,
    day date not null,
    stars bigint not null,
    forks bigint not null,
    watchers bigint not null,
    open_issues bigint not null,
    constraint popularity_days_pk primary key (repository_id, day)
);
