-- Who did what, to what, when and from where. Names stand as they were at the time, so that the
-- log outlives whom it speaks of. It never holds a secret.

create table system_log (
    id integer constraint system_log_pk primary key,
    at text not null,
    action text not null,
    actor_id integer constraint system_log_actor_fk references users (id) on delete set null,
    actor text not null,
    tenant_id integer constraint system_log_tenant_fk references tenants (id) on delete set null,
    tenant text,
    subject text not null,
    address text
) strict;

create index system_log_action on system_log (action, id);
create index system_log_of_tenant on system_log (tenant_id, id);
create index system_log_of_actor on system_log (actor_id, id);
