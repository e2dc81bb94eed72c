"""Postgres, Valkey and the services on one machine: started, watched and stopped together. For the CLI and tests."""
