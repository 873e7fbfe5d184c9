-- Tags, by which a tenant groups its repositories. `folded` is the name in lower case, as this
-- program folds it: no two tags of a tenant differ in case alone, on either database. A tag that no
-- repository has is deleted.

create table repository_tags (
    id integer constraint repository_tags_pk primary key,
    tenant_id integer not null constraint repository_tags_tenant_fk
        references tenants (id) on delete cascade,
    name text not null,
    folded text not null,
    constraint repository_tags_name_unique unique (tenant_id, folded),
    constraint repository_tags_tenant_unique unique (tenant_id, id)
) strict;

create table tagged_repositories (
    repository_id integer not null,
    tag_id integer not null,
    tenant_id integer not null,
    constraint tagged_repositories_pk primary key (repository_id, tag_id),
    constraint tagged_repositories_repository_fk foreign key (tenant_id, repository_id)
        references repositories (tenant_id, id) on delete cascade,
    constraint tagged_repositories_tag_fk foreign key (tenant_id, tag_id)
        references repository_tags (tenant_id, id) on delete cascade
) strict, without rowid;

create index tagged_repositories_tag on tagged_repositories (tenant_id, tag_id);
create index tagged_repositories_repository on tagged_repositories (tenant_id, repository_id);
