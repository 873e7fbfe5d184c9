-- What GitHub need not be asked again, and what becomes of runs that have to wait.
--
-- `answers` keeps of each question about a repository when it was last answered; null, where it
-- failed last. The entity tag is that of the answer whose data is stored, and belongs to the token
-- that it was told to: `credential` is that token's hash. It lies with the repository, so that a
-- history that is deleted takes its tags along: else "nothing changed" would leave it empty.

create table answers (
    repository_id integer not null constraint answers_repository_fk
        references repositories (id) on delete cascade,
    endpoint text not null,
    answered_at text,
    etag text,
    credential blob,
    constraint answers_pk primary key (repository_id, endpoint),
    constraint answers_tag_check check ((etag is null) = (credential is null))
) strict, without rowid;

-- Until when a run waits, and for what; null, while it goes on.
alter table runs add column waiting_until text;
alter table runs add column waiting_for text;

-- When the rest of an interrupted run was taken up by a start of the server, which happens once.
-- What was interrupted before this was known is left to the schedules.
alter table runs add column taken_up_at text;
update runs set taken_up_at = finished_at where status = 'interrupted';
create index runs_to_take_up on runs (started_at)
    where status = 'interrupted' and taken_up_at is null;

-- The repositories of a run that is about chosen ones only; none, where it is about all.
create table run_choices (
    run_id integer not null constraint run_choices_run_fk references runs (id) on delete cascade,
    repository_id integer not null constraint run_choices_repository_fk
        references repositories (id) on delete cascade,
    constraint run_choices_pk primary key (run_id, repository_id)
) strict, without rowid;

create index run_choices_of_repository on run_choices (repository_id);
