-- What an administrator chose instead of the default limits of a tenant (domain/src/limits.rs). No
-- row means the default, so that a default can change with the program.

create table tenant_limits (
    tenant_id bigint not null constraint tenant_limits_tenant_fk
        references tenants (id) on delete cascade,
    name text not null,
    value bigint not null constraint tenant_limits_value_check check (value > 0),
    constraint tenant_limits_pk primary key (tenant_id, name)
);
