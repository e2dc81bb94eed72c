from datetime import UTC, datetime, timedelta, timezone

import pytest
import rich_click as click

from kithline_cli.moments import MOMENT, check


def test_a_date_is_midnight_utc():
    assert MOMENT.convert("2026-01-01", None, None) == datetime(2026, 1, 1, tzinfo=UTC)


def test_an_instant_keeps_its_zone():
    at = MOMENT.convert("2026-01-01T12:00:00+02:00", None, None)

    assert at == datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))


def test_anything_else_is_wrong_usage():
    with pytest.raises(click.BadParameter, match="2026-01-01T12:00:00Z"):
        MOMENT.convert("yesterday", None, None)


def test_a_window_of_one_end_is_one():
    check(None, datetime.now(UTC))
    check(datetime.now(UTC), None)
    check(None, None, everything=True)
