-- Repository viewers see the repositories that an owner grants them. A grant belongs to a
-- membership and to a repository of the same tenant: the database lets no other in.

alter table memberships drop constraint memberships_role_check;
alter table memberships add constraint memberships_role_check
    check (role in ('owner', 'viewer', 'repository_viewer'));

create unique index repositories_of_tenant on repositories (tenant_id, id);

create table repository_grants (
    tenant_id bigint not null,
    user_id bigint not null,
    repository_id bigint not null,
    constraint repository_grants_pk primary key (tenant_id, user_id, repository_id),
    constraint repository_grants_membership_fk foreign key (tenant_id, user_id)
        references memberships (tenant_id, user_id) on delete cascade,
    constraint repository_grants_repository_fk foreign key (tenant_id, repository_id)
        references repositories (tenant_id, id) on delete cascade
);

create index repository_grants_repository on repository_grants (tenant_id, repository_id);

-- An invitation is a link that works once: accepting it deletes it. Of its token only a hash is
-- kept. Without a tenant it invites to the installation.

create table invitations (
    id bigint generated always as identity constraint invitations_pk primary key,
    tenant_id bigint constraint invitations_tenant_fk references tenants (id) on delete cascade,
    role text constraint invitations_role_check check (role in ('owner', 'viewer', 'repository_viewer')),
    administrator boolean not null,
    maintainer boolean not null,
    email text,
    token_hash bytea not null constraint invitations_hash_unique unique,
    invited_by bigint constraint invitations_inviter_fk references users (id) on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint invitations_what_check check ((tenant_id is null) = (role is null))
);

create index invitations_of_tenant on invitations (tenant_id);

create table invitation_repositories (
    invitation_id bigint not null constraint invitation_repositories_invitation_fk
        references invitations (id) on delete cascade,
    repository_id bigint not null constraint invitation_repositories_repository_fk
        references repositories (id) on delete cascade,
    constraint invitation_repositories_pk primary key (invitation_id, repository_id)
);
