-- What a connection's check found, GitHub App installations beside tokens, and the GitHub servers
-- that administrators allow. A connection that is taken away stays as the anchor of kept
-- repositories, without its secret.

alter table connections add column kind text not null default 'token'
    constraint connections_kind_check check (kind in ('token', 'app'));
alter table connections add column app_id bigint;
alter table connections add column installation_id bigint;
alter table connections add column scopes text;
alter table connections add column missing_permission text;
alter table connections add column refusal text;
alter table connections add column checked_at timestamptz;
alter table connections add column limit_total bigint;
alter table connections add column limit_remaining bigint;
alter table connections add column limit_resets_at timestamptz;
alter table connections add column removed_at timestamptz;

create table github_servers (
    id bigint generated always as identity constraint github_servers_pk primary key,
    api_url text not null constraint github_servers_url_unique unique,
    created_at timestamptz not null
);

-- A known text under the key that encrypts all secrets: a wrong key is noticed at the start.

create table key_check (
    id integer constraint key_check_pk primary key constraint key_check_one check (id = 1),
    sealed bytea not null
);
