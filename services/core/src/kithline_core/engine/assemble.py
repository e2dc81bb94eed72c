"""Joins what a door handed over with the questionnaires into the source tables of one tenant."""

from collections.abc import Iterable, Mapping, Sequence

from kithline_core.engine import questionnaires, tables
from kithline_core.engine.tables import Data, Tables
from kithline_core.model.questionnaires import Questionnaire


def assemble(data: Data, own: Iterable[Questionnaire]) -> Tables:
    """Return the source tables; an answer without a version answers the newest one.

    A community that names no language speaks the dataset's, where that names exactly one.
    """
    known = questionnaires.together(own)
    latest = questionnaires.newest(known)
    answers = dict(data.get("answers", {}))
    keys = [str(key) for key in answers.get("questionnaire", [])]
    versions = [version or latest.get(key) for key, version in zip(keys, answers.get("version", []), strict=False)]
    if keys:
        answers["version"] = versions
    used = {(key, str(version)) for key, version in zip(keys, versions, strict=False)}
    items = questionnaires.items(known, used)
    return tables.build({**data, "communities": _spoken(data), "answers": answers, "items": items})


def _spoken(data: Data) -> Mapping[str, Sequence[object]]:
    communities, languages = data.get("communities", {}), data.get("languages", {}).get("language", ())
    if len(languages) != 1 or "language" not in communities:
        return communities
    return {**communities, "language": [language or languages[0] for language in communities["language"]]}
