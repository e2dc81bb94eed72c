-- A plugin, or the operator, may demand a stronger wall than a worker has. Such a task waits, at no cost, for a worker that
-- has it; what each worker has stands where readiness is asked for.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

alter table run_tasks
    add column waits_for text,
    add column waits_until timestamptz;
grant update (waits_for, waits_until) on run_tasks to kithline_app;

-- No tenant's: which processes shut plugins in, how strongly, and what is missing for more.
create table workers (
    worker text collate "C" primary key,
    tier text not null,
    missing jsonb not null,
    seen_at timestamptz not null default now()
);
grant select, insert, update, delete on workers to kithline_app;
