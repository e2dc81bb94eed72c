-- Nothing here yet.
set local lock_timeout = '4s';
set local statement_timeout = '60s';
