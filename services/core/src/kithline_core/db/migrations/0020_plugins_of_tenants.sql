-- Which plugins a tenant uses, in which version, with which parameters.
set local lock_timeout = '4s';
set local statement_timeout = '60s';
