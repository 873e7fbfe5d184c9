-- Connections to GitHub, schedules and tracked repositories. A repository is known by GitHub's
-- id, which outlives renames and transfers; its name is only what it is called now.

create table connections (
    id bigint generated always as identity constraint connections_pk primary key,
    tenant_id bigint not null constraint connections_tenant_fk references tenants (id) on delete cascade,
    name text not null,
    api_url text not null,
    sealed_token bytea not null,
    login text not null,
    github_user_id bigint not null,
    token_expires_at timestamptz,
    created_at timestamptz not null,
    constraint connections_name_unique unique (tenant_id, name)
);

create table schedules (
    id bigint generated always as identity constraint schedules_pk primary key,
    tenant_id bigint not null constraint schedules_tenant_fk references tenants (id) on delete cascade,
    name text not null,
    cron text not null,
    timezone text not null,
    enabled boolean not null,
    changed_at timestamptz not null,
    constraint schedules_name_unique unique (tenant_id, name)
);

create table repositories (
    id bigint generated always as identity constraint repositories_pk primary key,
    tenant_id bigint not null constraint repositories_tenant_fk references tenants (id) on delete cascade,
    connection_id bigint not null constraint repositories_connection_fk references connections (id),
    schedule_id bigint constraint repositories_schedule_fk references schedules (id) on delete set null,
    github_id bigint not null,
    owner text not null,
    name text not null,
    status text not null constraint repositories_status_check
        check (status in ('active', 'paused', 'archived', 'unreachable')),
    added_at timestamptz not null,
    last_collected_at timestamptz,
    failure text,
    constraint repositories_github_id_unique unique (tenant_id, github_id)
);

create index repositories_connection on repositories (connection_id);
create index repositories_schedule on repositories (schedule_id);
