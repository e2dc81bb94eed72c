"""The coverage gate, per package: 95 % of branches for what a deployment rests on, 85 % for the command line.

It acts where a whole suite is measured (`--cov`), and speaks before pytest's own last line.
"""

import io
from typing import Any

import coverage
import pytest

NEEDED = {
    "kithline_sdk": 95.0, "kithline_core": 95.0, "kithline_api": 95.0, "kithline_worker": 95.0, "kithline_cli": 85.0,
    "kithline_maturity": 95.0, "kithline_purpose": 95.0, "kithline_supply": 95.0, "kithline_network": 95.0,
    "kithline_community": 95.0, "kithline_value": 95.0, "kithline_survey": 95.0,
    "kithline_connectors": 95.0,
}  # fmt: skip


def reached() -> dict[str, float]:
    """Return the branch coverage of each package in percent, from the data of this session."""
    measured = coverage.Coverage()
    measured.load()
    return {name: _percent(measured, name) for name in NEEDED}


def _percent(measured: coverage.Coverage, name: str) -> float:
    try:
        return measured.report(include=[f"*/{name}/*"], file=io.StringIO())
    except coverage.exceptions.NoDataError:
        return 0.0


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the gate's table; a package below its mark fails the session."""
    if not config.pluginmanager.hasplugin("_cov") or hasattr(config, "workerinput"):
        return
    found = reached()
    terminalreporter.section("coverage gate")
    for name, percent in found.items():
        verdict = "" if percent >= NEEDED[name] else "  BELOW"
        terminalreporter.write_line(f"{name:<20} {percent:6.2f} % of {NEEDED[name]:.0f} %{verdict}")
    if any(percent < NEEDED[name] for name, percent in found.items()):
        terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED
