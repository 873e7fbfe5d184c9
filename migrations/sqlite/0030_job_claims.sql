-- When each periodic job last ran. Before a process runs a job, it moves the job's time forward in
-- one statement, so that of several servers only one runs it.

create table job_claims (
    name text not null constraint job_claims_pk primary key,
    last_run_at text not null
) strict, without rowid;
