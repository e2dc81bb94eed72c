-- no-transaction
-- Whatever changes asks which results are still fresh: few of all there ever were. Built beside the writers.
set lock_timeout = '4s';
-- then
set statement_timeout = '1h';
-- then
-- squawk-ignore ban-concurrent-index-creation-in-transaction
create index concurrently if not exists results_fresh on results (tenant_id, window_end) where stale_since is null;
-- then
reset lock_timeout;
-- then
reset statement_timeout;
