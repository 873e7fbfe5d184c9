-- Runs that several processes share. A worker is a process that collects; it says every few seconds
-- that it lives, by the database's clock, and a silent one's row is deleted. Then the database itself
-- releases what it had claimed, and the others take it over.

create table workers (
    id bigint generated always as identity constraint workers_pk primary key,
    name text not null,
    -- Whether it takes part in the runs that others began: servers do, commands do not.
    shares boolean not null,
    heartbeat_at timestamptz not null
);

create index workers_named on workers (name);

-- The repositories of a run, in the order in which they are claimed. Waiting: no worker and no end.
-- Claimed: a worker and no end. Finished: an end, and how it ended.
create table run_items (
    run_id bigint not null constraint run_items_run_fk references runs (id) on delete cascade,
    repository_id bigint not null constraint run_items_repository_fk
        references repositories (id) on delete cascade,
    connection_id bigint not null,
    position bigint not null,
    worker_id bigint constraint run_items_worker_fk references workers (id) on delete set null,
    claims bigint not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    outcome text constraint run_items_outcome_check
        check (outcome in ('succeeded', 'partial', 'failed')),
    requests bigint not null default 0,
    constraint run_items_pk primary key (run_id, repository_id),
    constraint run_items_end_check check ((finished_at is null) = (outcome is null)),
    constraint run_items_claim_check check (worker_id is null or finished_at is null)
);

create index run_items_waiting on run_items (run_id, connection_id, position)
    where worker_id is null and finished_at is null;
create index run_items_unfinished on run_items (run_id) where finished_at is null;
create index run_items_of_worker on run_items (worker_id) where worker_id is not null;
create index run_items_of_repository on run_items (repository_id);

-- Who began a run, while it goes on and lives; and who called it off.
alter table runs add column worker_id bigint constraint runs_worker_fk
    references workers (id) on delete set null;
alter table runs add column cancelled_by text;
create index runs_of_worker on runs (worker_id) where worker_id is not null;
create index runs_running on runs (id) where status = 'running';

-- The items say all that these said.
drop index runs_going_on;
drop index runs_to_take_up;
alter table runs drop column worker;
alter table runs drop column heartbeat_at;
alter table runs drop column taken_up_at;
drop table run_choices;
