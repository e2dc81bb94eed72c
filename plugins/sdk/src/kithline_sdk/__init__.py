"""What a Kithline scoring plugin needs: the contract, the hooks, the statistics and the test kit."""

from kithline_sdk.contract import (
    Driver,
    Finding,
    Interval,
    Missing,
    Note,
    Recommendation,
    Scorer,
    unquantified,
)
from kithline_sdk.hooks import hookimpl
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

__all__ = [
    "Column",
    "Driver",
    "Finding",
    "Interval",
    "Missing",
    "Note",
    "Recommendation",
    "Scorer",
    "Snapshot",
    "Table",
    "Window",
    "hookimpl",
    "unquantified",
]
