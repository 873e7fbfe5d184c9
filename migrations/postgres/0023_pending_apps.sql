-- GitHub Apps that are being created from a manifest, and those that GitHub created and nobody
-- installed yet. Their keys are told once, so they are kept, sealed and bound to their row, until
-- the installation makes a connection of them. Of the state that GitHub must give back and of the
-- session that it belongs to only hashes are kept; a state that was used is gone.

create table pending_apps (
    id bigint generated always as identity constraint pending_apps_pk primary key,
    tenant_id bigint not null constraint pending_apps_tenant_fk
        references tenants (id) on delete cascade,
    user_id bigint constraint pending_apps_user_fk references users (id) on delete set null,
    name text not null,
    api_url text not null,
    organization text,
    app_id bigint,
    slug text,
    sealed_key bytea,
    requested boolean not null default false,
    state_hash bytea constraint pending_apps_state_unique unique,
    session_hash bytea,
    state_expires_at timestamptz,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint pending_apps_created_check
        check ((app_id is null) = (sealed_key is null) and (app_id is null) = (slug is null))
);

create index pending_apps_tenant on pending_apps (tenant_id);
create index pending_apps_expiry on pending_apps (expires_at);
