-- Rules that track new repositories: those that a connection lists and whose names match, so that a
-- repository that appears is collected without anyone adding it.
create table follow_rules (
    id bigint generated always as identity constraint follow_rules_pk primary key,
    tenant_id bigint not null constraint follow_rules_tenant_fk
        references tenants (id) on delete cascade,
    connection_id bigint not null constraint follow_rules_connection_fk
        references connections (id) on delete cascade,
    -- As people write them, such as `acme/* !acme/*-archive`.
    patterns text not null,
    forks boolean not null,
    archived boolean not null,
    private boolean not null,
    created_at timestamptz not null,
    -- The last check: when, how many repositories the patterns matched, and what kept it from
    -- tracking all of them.
    checked_at timestamptz,
    matching bigint,
    refusal text
);

create index follow_rules_tenant on follow_rules (tenant_id);
create index follow_rules_connection on follow_rules (connection_id);
create index follow_rules_checked on follow_rules (checked_at);

-- The rule that tracks a repository; none where somebody chose it.
alter table repositories add column followed_by bigint
    constraint repositories_follow_rule_fk references follow_rules (id) on delete set null;
create index repositories_follow_rule on repositories (followed_by) where followed_by is not null;

-- Repositories that somebody deleted with their history: no rule brings them back. (What is kept is
-- in `repositories` still.)
create table unfollowed_repositories (
    tenant_id bigint not null constraint unfollowed_repositories_tenant_fk
        references tenants (id) on delete cascade,
    github_id bigint not null,
    constraint unfollowed_repositories_pk primary key (tenant_id, github_id)
);

-- The process that looks for new repositories before a run ends. It clears this when it is done,
-- and the database does when it dies.
alter table runs add column follow_worker_id bigint
    constraint runs_follow_worker_fk references workers (id) on delete set null;
create index runs_of_follow_worker on runs (follow_worker_id) where follow_worker_id is not null;
