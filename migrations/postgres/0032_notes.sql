-- Notes of people on the charts: what happened on a day or over some days, such as a talk or an
-- article. A note without a repository belongs to the whole tenant. The author is kept as named at
-- the time, since accounts can be removed.
create table notes (
    id bigint generated always as identity constraint notes_pk primary key,
    tenant_id bigint not null constraint notes_tenant_fk
        references tenants (id) on delete cascade,
    repository_id bigint,
    from_day date not null,
    to_day date not null,
    text text not null,
    author text not null,
    created_at timestamptz not null,
    constraint notes_days_check check (from_day <= to_day),
    -- The database lets no note refer to another tenant's repository.
    constraint notes_repository_fk foreign key (tenant_id, repository_id)
        references repositories (tenant_id, id) on delete cascade
);

create index notes_tenant on notes (tenant_id, id);
create index notes_repository on notes (tenant_id, repository_id);
