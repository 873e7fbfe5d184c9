-- What was usual on each of a repository's newest days, so that the overview can tell what stands
-- out without reading eight weeks of every repository. It is written with the days, in the same
-- transaction; `tidemark rebuild-totals` builds it again. The first collection after an upgrade
-- fills it. `before` is the count a week earlier; what is unknown is null.
create table usual_days (
    repository_id bigint not null constraint usual_days_repository_fk
        references repositories (id) on delete cascade,
    day date not null,
    views bigint,
    views_before bigint,
    views_low bigint,
    views_median bigint,
    views_high bigint,
    clones bigint,
    clones_before bigint,
    clones_low bigint,
    clones_median bigint,
    clones_high bigint,
    constraint usual_days_pk primary key (repository_id, day)
);

-- The newest releases of all repositories.
create index releases_by_time on releases (published_at);
