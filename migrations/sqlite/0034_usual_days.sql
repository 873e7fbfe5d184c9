-- What was usual on each of a repository's newest days, so that the overview can tell what stands
-- out without reading eight weeks of every repository. It is written with the days, in the same
-- transaction; `tidemark rebuild-totals` builds it again. The first collection after an upgrade
-- fills it. `before` is the count a week earlier; what is unknown is null.
create table usual_days (
    repository_id integer not null constraint usual_days_repository_fk
        references repositories (id) on delete cascade,
    day integer not null,
    views integer,
    views_before integer,
    views_low integer,
    views_median integer,
    views_high integer,
    clones integer,
    clones_before integer,
    clones_low integer,
    clones_median integer,
    clones_high integer,
    constraint usual_days_pk primary key (repository_id, day)
) strict, without rowid;

-- The newest releases of all repositories.
create index releases_by_time on releases (published_at);
