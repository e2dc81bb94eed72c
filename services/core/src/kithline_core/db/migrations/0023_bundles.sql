-- Failure bundles and counters of plugins.
set local lock_timeout = '4s';
set local statement_timeout = '60s';
