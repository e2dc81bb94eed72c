"""Joins what a door handed over with the questionnaires into the source tables of one tenant."""

from collections.abc import Iterable

from kithline_core.engine import questionnaires, tables
from kithline_core.engine.tables import Data, Tables
from kithline_core.model.questionnaires import Questionnaire


def assemble(data: Data, own: Iterable[Questionnaire]) -> Tables:
    """Return the source tables; an answer without a version answers the newest one."""
    known = questionnaires.together(own)
    latest = questionnaires.newest(known)
    answers = dict(data.get("answers", {}))
    keys = [str(key) for key in answers.get("questionnaire", [])]
    versions = [version or latest.get(key) for key, version in zip(keys, answers.get("version", []), strict=False)]
    if keys:
        answers["version"] = versions
    used = {(key, str(version)) for key, version in zip(keys, versions, strict=False)}
    return tables.build({**data, "answers": answers, "items": questionnaires.items(known, used)})
