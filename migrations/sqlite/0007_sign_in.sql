-- Sessions know whose they are, so that a person can see and end them; identities tie accounts to
-- outside providers by issuer and subject. Sessions begun before are ended: whose they are stood
-- only inside their data.

drop table sessions;

create table sessions (
    id integer constraint sessions_pk primary key,
    key_hash blob not null constraint sessions_key_unique unique,
    user_id integer constraint sessions_user_fk references users (id) on delete cascade,
    data text not null,
    agent text not null,
    address text not null,
    started_at text not null,
    last_used_at text not null,
    expires_at text not null
) strict;

create index sessions_expiry on sessions (expires_at);
create index sessions_user on sessions (user_id);

create table identities (
    id integer constraint identities_pk primary key,
    user_id integer not null constraint identities_user_fk references users (id) on delete cascade,
    issuer text not null,
    subject text not null,
    label text not null,
    connected_at text not null,
    last_used_at text,
    constraint identities_subject_unique unique (issuer, subject)
) strict;

create index identities_user on identities (user_id);

alter table users add column timezone text not null default 'UTC';
alter table users add column theme text not null default 'system'
    constraint users_theme_check check (theme in ('system', 'light', 'dark'));
alter table users add column last_seen_at text;
