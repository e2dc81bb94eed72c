"""Runs scorers outside this process: one warm process per plugin version, one fork per run, limits on everything."""

from kithline_core.sandbox.host import Sandbox
from kithline_core.sandbox.outcomes import Failed, Outcome, Scored

__all__ = ["Failed", "Outcome", "Sandbox", "Scored"]
