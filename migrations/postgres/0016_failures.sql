-- Failures by name, and what GitHub says of a repository itself. `failing_since` is when a collection
-- failed first since the last that did not; `rest_until` is until when schedules leave alone what
-- cannot succeed. What failed before kinds were recorded has none.

alter table repositories add column failure_kind text;
alter table repositories add column failing_since timestamptz;
alter table repositories add column rest_until timestamptz;
alter table repositories add column visibility text constraint repositories_visibility_check
    check (visibility in ('public', 'private', 'internal'));
alter table repositories add column archived_on_github boolean;

alter table run_failures add column kind text;

-- What happened to a repository on GitHub, with the moment at which it was noticed. A former name
-- leads to the repository, unless another one has it now.

create table repository_events (
    id bigint generated always as identity constraint repository_events_pk primary key,
    repository_id bigint not null constraint repository_events_repository_fk
        references repositories (id) on delete cascade,
    at timestamptz not null,
    kind text not null,
    former_name text,
    new_name text,
    constraint repository_events_names_check check ((former_name is null) = (new_name is null))
);

create index repository_events_of_repository on repository_events (repository_id, id);
create index repository_events_former_name on repository_events (lower(former_name))
    where former_name is not null;
