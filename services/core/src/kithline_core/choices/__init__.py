"""Use cases of a tenant's plugins: which it uses, in which version, with which parameters, and what another would change."""
