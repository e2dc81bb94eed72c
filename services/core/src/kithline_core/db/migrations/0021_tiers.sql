-- Where a scorer may run.
set local lock_timeout = '4s';
set local statement_timeout = '60s';
