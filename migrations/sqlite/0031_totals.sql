-- Sums that are kept with the days, in the same transaction: any range costs two boundaries per
-- repository, however long it is. running_totals holds, for the Monday of each week, what a
-- repository counted before it. Its key starts with the week, so that one week of all repositories
-- is one short stretch. A boundary between two Mondays adds the days since the first.
--
-- Days are integers here and in traffic_days (days since 1970-01-01), a third smaller than text.
-- The program moves the old rows at its next start, a repository at a time, and drops
-- traffic_days_text. A repository without a row in repository_summaries has not been moved yet.

alter table traffic_days rename to traffic_days_text;

create table traffic_days (
    repository_id integer not null constraint traffic_days_repository_fk
        references repositories (id) on delete cascade,
    day integer not null,
    views integer,
    view_uniques integer,
    clones integer,
    clone_uniques integer,
    constraint traffic_days_pk primary key (repository_id, day),
    constraint traffic_days_views_check check ((views is null) = (view_uniques is null)),
    constraint traffic_days_clones_check check ((clones is null) = (clone_uniques is null))
) strict, without rowid;

create table running_totals (
    repository_id integer not null constraint running_totals_repository_fk
        references repositories (id) on delete cascade,
    week integer not null,
    views integer not null,
    view_uniques integer not null,
    clones integer not null,
    clone_uniques integer not null,
    views_known integer not null,
    clones_known integer not null,
    days_known integer not null,
    constraint running_totals_pk primary key (week, repository_id)
) strict, without rowid;

create index running_totals_of_repository on running_totals (repository_id, week);

create table tenant_days (
    tenant_id integer not null constraint tenant_days_tenant_fk
        references tenants (id) on delete cascade,
    day integer not null,
    views integer not null,
    view_uniques integer not null,
    clones integer not null,
    clone_uniques integer not null,
    views_known integer not null,
    clones_known integer not null,
    constraint tenant_days_pk primary key (tenant_id, day)
) strict, without rowid;

create table repository_summaries (
    repository_id integer constraint repository_summaries_pk primary key
        constraint repository_summaries_repository_fk references repositories (id) on delete cascade,
    first_day integer,
    last_day integer,
    newest_whole_day integer,
    views integer not null default 0,
    view_uniques integer not null default 0,
    clones integer not null default 0,
    clone_uniques integer not null default 0,
    views_known integer not null default 0,
    clones_known integer not null default 0,
    days_known integer not null default 0,
    views_covered_until integer,
    clones_covered_until integer,
    answered_on integer,
    listed_until integer,
    stars integer
) strict;

-- Lists are in the order of names, and repositories are looked up by name.
create index repositories_by_name on repositories (tenant_id, lower(owner), lower(name), id);
