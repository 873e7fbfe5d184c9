-- Collection runs. At most one run of a schedule goes on at a time, and a due time is claimed
-- once, whoever asks: the two unique indexes see to it. `worker` is the process that runs it and
-- `heartbeat_at` its last sign of life, by which a dead process's runs are found.

create table runs (
    id bigint generated always as identity constraint runs_pk primary key,
    tenant_id bigint not null constraint runs_tenant_fk references tenants (id) on delete cascade,
    schedule_id bigint constraint runs_schedule_fk references schedules (id) on delete set null,
    due_at timestamptz,
    trigger text not null constraint runs_trigger_check
        check (trigger in ('schedule', 'manual', 'api', 'startup')),
    status text not null constraint runs_status_check
        check (status in ('running', 'succeeded', 'partial', 'failed', 'interrupted')),
    worker text not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null,
    finished_at timestamptz,
    repositories_total bigint not null,
    repositories_done bigint not null,
    repositories_failed bigint not null,
    requests bigint not null,
    constraint runs_due_unique unique (schedule_id, due_at)
);

create index runs_of_tenant on runs (tenant_id, id);
create unique index runs_one_of_schedule on runs (schedule_id) where status = 'running';
create index runs_going_on on runs (heartbeat_at) where status = 'running';

create table run_failures (
    id bigint generated always as identity constraint run_failures_pk primary key,
    run_id bigint not null constraint run_failures_run_fk references runs (id) on delete cascade,
    repository_id bigint constraint run_failures_repository_fk
        references repositories (id) on delete set null,
    repository_name text not null,
    endpoint text not null,
    reason text not null
);

create index run_failures_of_run on run_failures (run_id);
create index run_failures_of_repository on run_failures (repository_id);

