-- Tenants, people and their sessions. Addresses are compared without case, so they are unique
-- in their folded form. Of sessions and API tokens only hashes are kept: a copy of the database
-- signs nobody in.

create table tenants (
    id integer constraint tenants_pk primary key,
    slug text not null constraint tenants_slug_unique unique,
    name text not null,
    created_at text not null
) strict;

create table users (
    id integer constraint users_pk primary key,
    email text not null,
    email_folded text not null constraint users_email_unique unique,
    name text not null,
    password_hash text,
    administrator integer not null constraint users_administrator_check check (administrator in (0, 1)),
    maintainer integer not null constraint users_maintainer_check check (maintainer in (0, 1)),
    created_at text not null
) strict;

create table memberships (
    tenant_id integer not null constraint memberships_tenant_fk references tenants (id) on delete cascade,
    user_id integer not null constraint memberships_user_fk references users (id) on delete cascade,
    role text not null constraint memberships_role_check check (role in ('owner', 'viewer')),
    created_at text not null,
    constraint memberships_pk primary key (tenant_id, user_id)
) strict, without rowid;

create index memberships_user on memberships (user_id);

create table sessions (
    key_hash blob not null constraint sessions_pk primary key,
    data text not null,
    expires_at text not null
) strict, without rowid;

create index sessions_expiry on sessions (expires_at);

create table api_tokens (
    id integer constraint api_tokens_pk primary key,
    tenant_id integer not null constraint api_tokens_tenant_fk references tenants (id) on delete cascade,
    name text not null,
    token_hash blob not null constraint api_tokens_hash_unique unique,
    scope text not null constraint api_tokens_scope_check check (scope in ('read', 'write')),
    created_at text not null,
    constraint api_tokens_name_unique unique (tenant_id, name)
) strict;
