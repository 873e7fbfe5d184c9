-- Rules that track new repositories: those that a connection lists and whose names match, so that a
-- repository that appears is collected without anyone adding it.
create table follow_rules (
    id integer constraint follow_rules_pk primary key,
    tenant_id integer not null constraint follow_rules_tenant_fk
        references tenants (id) on delete cascade,
    connection_id integer not null constraint follow_rules_connection_fk
        references connections (id) on delete cascade,
    -- As people write them, such as `acme/* !acme/*-archive`.
    patterns text not null,
    forks integer not null constraint follow_rules_forks_check check (forks in (0, 1)),
    archived integer not null constraint follow_rules_archived_check check (archived in (0, 1)),
    private integer not null constraint follow_rules_private_check check (private in (0, 1)),
    created_at text not null,
    -- The last check: when, how many repositories the patterns matched, and what kept it from
    -- tracking all of them.
    checked_at text,
    matching integer,
    refusal text
) strict;

create index follow_rules_tenant on follow_rules (tenant_id);
create index follow_rules_connection on follow_rules (connection_id);
create index follow_rules_checked on follow_rules (checked_at);

-- The rule that tracks a repository; none where somebody chose it.
alter table repositories add column followed_by integer
    constraint repositories_follow_rule_fk references follow_rules (id) on delete set null;
create index repositories_follow_rule on repositories (followed_by) where followed_by is not null;

-- Repositories that somebody deleted with their history: no rule brings them back. (What is kept is
-- in `repositories` still.)
create table unfollowed_repositories (
    tenant_id integer not null constraint unfollowed_repositories_tenant_fk
        references tenants (id) on delete cascade,
    github_id integer not null,
    constraint unfollowed_repositories_pk primary key (tenant_id, github_id)
) strict, without rowid;

-- The process that looks for new repositories before a run ends. It clears this when it is done,
-- and the database does when it dies.
alter table runs add column follow_worker_id integer
    constraint runs_follow_worker_fk references workers (id) on delete set null;
create index runs_of_follow_worker on runs (follow_worker_id) where follow_worker_id is not null;
