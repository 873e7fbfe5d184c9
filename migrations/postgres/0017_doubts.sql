-- Where GitHub's answers are in doubt, and the answers themselves.
--
-- An observation says that an answer reported less than an earlier one did, or something that
-- cannot be true. It stands beside the figures and changes none of them. Of each subject there is
-- one for a day: `kind` tells what is the matter with it now, and `settled_at` since when a later
-- answer agrees again. What was known is null where nothing could be compared.

create table observations (
    repository_id bigint not null constraint observations_repository_fk
        references repositories (id) on delete cascade,
    measure text not null constraint observations_measure_check check (measure in ('views', 'clones')),
    day date not null,
    subject text not null,
    kind text not null,
    known_count bigint,
    known_uniques bigint,
    reported_count bigint not null,
    reported_uniques bigint not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    times_seen bigint not null,
    settled_at timestamptz,
    constraint observations_pk primary key (repository_id, measure, day, subject),
    constraint observations_known_check check ((known_count is null) = (known_uniques is null))
);

create index observations_open on observations (repository_id, measure, day)
    where settled_at is null;

-- The bodies of GitHub's answers about traffic, compressed by gzip, so that a figure can be traced
-- to the answer that it came from. They go after some days, and with their repository.
create table raw_answers (
    id bigint generated always as identity constraint raw_answers_pk primary key,
    repository_id bigint not null constraint raw_answers_repository_fk
        references repositories (id) on delete cascade,
    endpoint text not null,
    captured_at timestamptz not null,
    body bytea not null
);

create index raw_answers_of_repository on raw_answers (repository_id, captured_at);
create index raw_answers_by_age on raw_answers (captured_at);
