-- Referrers and paths sum up the fourteen days until the last day that the repository's own views
-- show at the same moment. So far they were dated by this server's clock, one day back, which is
-- too late whenever GitHub is late, or that clock is ahead. Each list gets the newest window of
-- views that had ended by then; of several that fall on the same one the last stands.

create table moved_rankings (
    id integer constraint moved_rankings_pk primary key,
    repository_id integer not null,
    kind text not null,
    captured_at text not null,
    last_day text not null
) strict;
insert into moved_rankings (id, repository_id, kind, captured_at, last_day)
    select h.id, h.repository_id, h.kind, h.captured_at,
        coalesce((select max(w.last_day) from traffic_windows w
            where w.repository_id = h.repository_id and w.measure = 'views'
                and w.last_day <= h.last_day), h.last_day)
    from rankings h;

create table replaced_rankings (id integer constraint replaced_rankings_pk primary key) strict;
insert into replaced_rankings (id)
    select id from (
        select m.id, row_number() over (
            partition by m.repository_id, m.kind, m.last_day order by m.captured_at desc, m.id desc
        ) as place
        from moved_rankings m
    ) placed
    where place > 1;

delete from ranking_rows where ranking_id in (select id from replaced_rankings);
delete from rankings where id in (select id from replaced_rankings);
update rankings set
    last_day = (select m.last_day from moved_rankings m where m.id = rankings.id),
    first_day = (select date(m.last_day, '-13 days') from moved_rankings m where m.id = rankings.id);

drop table replaced_rankings;
drop table moved_rankings;
