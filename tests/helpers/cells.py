"""Small folders from which cells are made: a crowd of each group, and what they did on which day before the end."""

from datetime import timedelta

from helpers.tenants import END, FOCAL
from kithline_core.dataset.folder import Dataset
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import EventRow, PersonRow


def dataset(**rows):
    found = Dataset(settings=Settings(end=END, focal=[FOCAL]))
    found.rows.update(rows)
    return found


def at(day, hour=9):
    return END - timedelta(days=day) + timedelta(hours=hour)


def event(number, day, actor, verb="posted", **more):
    return EventRow(id=f"e{number}", occurred_at=at(day), actor=actor, verb=verb, **more)


def crowd(group, count, **more):
    return [PersonRow(person=f"{group}-{number:02}", group=group, **more) for number in range(count)]
