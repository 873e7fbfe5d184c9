-- Repository viewers see the repositories that an owner grants them. A grant belongs to a
-- membership and to a repository of the same tenant: the database lets no other in. SQLite cannot
-- change a check, so memberships are made anew.

create table memberships_new (
    tenant_id integer not null constraint memberships_tenant_fk references tenants (id) on delete cascade,
    user_id integer not null constraint memberships_user_fk references users (id) on delete cascade,
    role text not null constraint memberships_role_check check (role in ('owner', 'viewer', 'repository_viewer')),
    created_at text not null,
    constraint memberships_pk primary key (tenant_id, user_id)
) strict, without rowid;

insert into memberships_new (tenant_id, user_id, role, created_at)
select tenant_id, user_id, role, created_at from memberships;

drop table memberships;
alter table memberships_new rename to memberships;

create index memberships_user on memberships (user_id);

create unique index repositories_of_tenant on repositories (tenant_id, id);

create table repository_grants (
    tenant_id integer not null,
    user_id integer not null,
    repository_id integer not null,
    constraint repository_grants_pk primary key (tenant_id, user_id, repository_id),
    constraint repository_grants_membership_fk foreign key (tenant_id, user_id)
        references memberships (tenant_id, user_id) on delete cascade,
    constraint repository_grants_repository_fk foreign key (tenant_id, repository_id)
        references repositories (tenant_id, id) on delete cascade
) strict, without rowid;

create index repository_grants_repository on repository_grants (tenant_id, repository_id);

-- An invitation is a link that works once: accepting it deletes it. Of its token only a hash is
-- kept. Without a tenant it invites to the installation.

create table invitations (
    id integer constraint invitations_pk primary key,
    tenant_id integer constraint invitations_tenant_fk references tenants (id) on delete cascade,
    role text constraint invitations_role_check check (role in ('owner', 'viewer', 'repository_viewer')),
    administrator integer not null constraint invitations_administrator_check check (administrator in (0, 1)),
    maintainer integer not null constraint invitations_maintainer_check check (maintainer in (0, 1)),
    email text,
    token_hash blob not null constraint invitations_hash_unique unique,
    invited_by integer constraint invitations_inviter_fk references users (id) on delete set null,
    created_at text not null,
    expires_at text not null,
    constraint invitations_what_check check ((tenant_id is null) = (role is null))
) strict;

create index invitations_of_tenant on invitations (tenant_id);

create table invitation_repositories (
    invitation_id integer not null constraint invitation_repositories_invitation_fk
        references invitations (id) on delete cascade,
    repository_id integer not null constraint invitation_repositories_repository_fk
        references repositories (id) on delete cascade,
    constraint invitation_repositories_pk primary key (invitation_id, repository_id)
) strict, without rowid;
