"""Turns questionnaires into the table `items`: the versions that answers name, else the newest."""

from collections.abc import Iterable, Sequence

from kithline_core.engine.tables import columns_of
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.plugins import installed
from kithline_core.plugins.clashes import questionnaire
from kithline_sdk.catalogue import CATALOGUE


def shipped() -> tuple[Questionnaire, ...]:
    """Return the questionnaires that the installed plugins bring."""
    return tuple(
        questionnaire(plugin.folder / name) for plugin in installed().plugins for name in plugin.manifest.questionnaires
    )


def together(own: Iterable[Questionnaire]) -> list[Questionnaire]:
    """Return a tenant's questionnaires and the shipped ones it did not replace, by key and version."""
    found = {(one.questionnaire, one.version): one for one in (*shipped(), *own)}
    return [found[name] for name in sorted(found, key=_rank)]


def newest(questionnaires: Sequence[Questionnaire]) -> dict[str, str]:
    """Return the newest version of each key."""
    return {
        one.questionnaire: one.version
        for one in sorted(questionnaires, key=lambda q: _rank((q.questionnaire, q.version)))
    }


def _rank(name: tuple[str, str]) -> tuple[str, int, str]:
    # Version 10 stands behind version 9.
    return name[0], len(name[1]), name[1]


def items(questionnaires: Sequence[Questionnaire], used: set[tuple[str, str]]) -> dict[str, list[object]]:
    """Return the columns of `items` for the versions in use; a key that nobody answered gives its newest version."""
    answered = {key for key, _ in used}
    latest = newest(questionnaires)
    wanted = used | {(key, version) for key, version in latest.items() if key not in answered}
    rows = [
        _row(one, item) for one in questionnaires if (one.questionnaire, one.version) in wanted for item in one.items
    ]
    return columns_of(rows, CATALOGUE["items"])


def _row(one: Questionnaire, item: Item) -> dict[str, object]:
    plain = {name: getattr(item, name) for name in CATALOGUE["items"] if name in item.__struct_fields__}
    words = {"text": item.text.get("en"), "improvement": item.improvement.get("en")}
    return {**plain, **words, "questionnaire": one.questionnaire, "version": one.version}
