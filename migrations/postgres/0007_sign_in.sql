-- Sessions know whose they are, so that a person can see and end them; identities tie accounts to
-- outside providers by issuer and subject. Sessions begun before are ended: whose they are stood
-- only inside their data.

drop table sessions;

create table sessions (
    id bigint generated always as identity constraint sessions_pk primary key,
    key_hash bytea not null constraint sessions_key_unique unique,
    user_id bigint constraint sessions_user_fk references users (id) on delete cascade,
    data text not null,
    agent text not null,
    address text not null,
    started_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null
);

create index sessions_expiry on sessions (expires_at);
create index sessions_user on sessions (user_id);

create table identities (
    id bigint generated always as identity constraint identities_pk primary key,
    user_id bigint not null constraint identities_user_fk references users (id) on delete cascade,
    issuer text not null,
    subject text not null,
    label text not null,
    connected_at timestamptz not null,
    last_used_at timestamptz,
    constraint identities_subject_unique unique (issuer, subject)
);

create index identities_user on identities (user_id);

alter table users add column timezone text not null default 'UTC';
alter table users add column theme text not null default 'system'
    constraint users_theme_check check (theme in ('system', 'light', 'dark'));
alter table users add column last_seen_at timestamptz;
