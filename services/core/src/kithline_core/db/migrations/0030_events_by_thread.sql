-- no-transaction
-- Who begins a thread and who answers in it; built beside the writers, as 0014. It costs nothing where events name none.
set lock_timeout = '4s';
-- then
set statement_timeout = '1h';
-- then
-- squawk-ignore ban-concurrent-index-creation-in-transaction
create index concurrently if not exists events_by_thread on events (tenant_id, thread, occurred_at, id) where thread is not null;
-- then
reset lock_timeout;
-- then
reset statement_timeout;
