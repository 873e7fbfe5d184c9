-- Sums that are kept with the days, in the same transaction: any range costs two boundaries per
-- repository, however long it is. running_totals holds, for the Monday of each week, what a
-- repository counted before it. Its key starts with the week, so that one week of all repositories
-- is one short stretch. A boundary between two Mondays adds the days since the first.
--
-- The program fills these tables at its next start, a repository at a time. A repository without a
-- row in repository_summaries is not summed yet.

create table running_totals (
    repository_id bigint not null constraint running_totals_repository_fk
        references repositories (id) on delete cascade,
    week date not null,
    views bigint not null,
    view_uniques bigint not null,
    clones bigint not null,
    clone_uniques bigint not null,
    views_known bigint not null,
    clones_known bigint not null,
    days_known bigint not null,
    constraint running_totals_pk primary key (week, repository_id)
);

create index running_totals_of_repository on running_totals (repository_id, week);

create table tenant_days (
    tenant_id bigint not null constraint tenant_days_tenant_fk
        references tenants (id) on delete cascade,
    day date not null,
    views bigint not null,
    view_uniques bigint not null,
    clones bigint not null,
    clone_uniques bigint not null,
    views_known bigint not null,
    clones_known bigint not null,
    constraint tenant_days_pk primary key (tenant_id, day)
);

create table repository_summaries (
    repository_id bigint not null constraint repository_summaries_pk primary key
        constraint repository_summaries_repository_fk references repositories (id) on delete cascade,
    first_day date,
    last_day date,
    newest_whole_day date,
    views bigint not null default 0,
    view_uniques bigint not null default 0,
    clones bigint not null default 0,
    clone_uniques bigint not null default 0,
    views_known bigint not null default 0,
    clones_known bigint not null default 0,
    days_known bigint not null default 0,
    views_covered_until date,
    clones_covered_until date,
    answered_on date,
    listed_until date,
    stars bigint
);

-- Lists are in the order of names, and repositories are looked up by name.
create index repositories_by_name on repositories (tenant_id, lower(owner), lower(name), id);
