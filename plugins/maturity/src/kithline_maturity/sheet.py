"""The assessed state: the latest assessment of each questionnaire, as one sheet of questions and answers."""

import math
from collections import Counter
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from kithline_maturity.questions import FACTORS, TOP, Catalogue, Question, catalogue
from kithline_sdk import Snapshot, Table
from kithline_sdk.snapshot import Bools, Floats, Ints

CAP: Final = "cap."  # an item `cap.<factor>` declares a ceiling
HALF: Final = 0.5  # what an answer above the middle of its scale counts without evidence
_NEVER: Final = np.iinfo(np.int64).min


class Answer(NamedTuple):
    """One row of the assessed state."""

    questionnaire: str
    version: str
    respondent: int
    item: str
    value: float
    evidence: bool
    role: str
    outside: bool


class Sheet:
    """Questions in a fixed order and what respondents said of each, as shares of the scale; NaN is no answer."""

    def __init__(self, questions: list[Question], said: Floats, evidence: Bools, outside: Bools) -> None:
        self.questions, self.said, self.evidence, self.outside = questions, said, evidence, outside
        self._times = Counter(question.item for question in questions)
        self.declared: dict[str, int] = {}
        self.unreasoned: list[str] = []
        self.outside_scale = 0
        self.quick = False
        self.level: Ints = np.array([question.level for question in questions], np.int64)
        self.weight: Floats = np.array([question.weight for question in questions], np.float64)
        self.mandatory: Bools = np.array([question.mandatory for question in questions], np.bool_)
        self.factor: Ints = np.array([_factor(question) for question in questions], np.int64)

    def label(self, number: int) -> str:
        """Return what to call a question: its item, with the questionnaire where several name one so."""
        one = self.questions[number]
        return one.item if self._times[one.item] == 1 else f"{one.questionnaire}@{one.version}/{one.item}"

    @property
    def respondents(self) -> int:
        """How many people answered at least one question."""
        return len(self.said)

    @cached_property
    def claimed(self) -> Floats:
        """The mean over respondents of each question, as answered; NaN where nobody did."""
        here = ~np.isnan(self.said)
        count = np.add.reduce(here, axis=0)
        total = np.add.reduce(np.where(here, self.said, 0.0), axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    @cached_property
    def answered(self) -> Bools:
        """Which questions have an answer."""
        return ~np.isnan(self.claimed)

    @cached_property
    def proven(self) -> bool:
        """Whether any answered question carries evidence."""
        return bool((self.evidence & self.answered).any())

    @cached_property
    def confirmed(self) -> bool:
        """Whether somebody outside the organisation confirmed a question of level 4 that is at least half true."""
        return bool((self.outside & (self.claimed >= HALF) & (self.level == TOP)).any())

    def proof(self, values: Floats) -> Floats:
        """Return values with every one above the middle and without evidence counted as the middle (card 1)."""
        return np.where(self.evidence | ~(values > HALF), values, HALF)

    @property
    def evidenced(self) -> Floats:
        """What the answers come to when only evidence lifts one above the middle."""
        return self.proof(self.claimed)

    @property
    def published(self) -> Floats:
        """The values the level is read from: evidenced, or claimed where nothing carries evidence at all."""
        return self.evidenced if self.proven else self.claimed

    def of_level(self, level: int) -> Bools:
        """Return which questions belong to a level."""
        return np.asarray(self.level == level, np.bool_)

    def about(self, group: str) -> Bools:
        """Return which questions are about a stakeholder group; "" are those about none in particular."""
        return np.array([question.group == group for question in self.questions], np.bool_)

    def of_factor(self, factor: str) -> Bools:
        """Return which questions belong to a ceiling."""
        return np.asarray(self.factor == FACTORS.index(factor), np.bool_)


def _factor(question: Question) -> int:
    return FACTORS.index(question.ceiling) if question.ceiling in FACTORS else -1


def read(snapshot: Snapshot, quick: str) -> Sheet:
    """Return the assessed state; where nobody answered, the questions that could be."""
    asked = catalogue(snapshot["items"])
    rows = _rows(snapshot["answers"].where(latest(snapshot["answers"])))
    chosen = _chosen(asked, rows, quick)
    sheet = _fill(chosen, asked, rows)
    sheet.quick = bool(chosen) and all(name == quick for name, _ in chosen)
    _declare(sheet, rows)
    return sheet


def latest(answers: Table) -> Bools:
    """Return the rows of the newest assessment of each questionnaire: by its last date, then by its id."""
    questionnaire, assessment = answers.codes("questionnaire"), answers.codes("assessment")
    dated = np.where(answers.present("dated"), answers.ints("dated"), _NEVER)
    pairs, member = np.unique(np.stack([questionnaire, assessment]), axis=1, return_inverse=True)
    member = member.reshape(-1)
    newest = np.full(pairs.shape[1], _NEVER, np.int64)
    np.maximum.at(newest, member, dated)
    order = np.lexsort((pairs[1], newest, pairs[0]))
    last = np.append(pairs[0][order][1:] != pairs[0][order][:-1], True)[: len(order)]
    keep = np.zeros(pairs.shape[1], np.bool_)
    keep[order] = last
    return np.asarray(keep[member], np.bool_)


def _rows(answers: Table) -> list[Answer]:
    roles, confirmed = answers.texts("role"), answers.texts("confirmed_by")
    cells = zip(
        answers.texts("questionnaire"), answers.texts("version"), answers.ints("respondent").tolist(),
        answers.present("respondent").tolist(), answers.texts("item"), answers.floats("value").tolist(),
        answers.texts("evidence"), roles, confirmed, strict=True,
    )  # fmt: skip
    return [
        Answer(key or "", version or "", who if known else -1, item or "", value, _says(proof), role or "",
               role == "outside" or _says(by))
        for key, version, who, known, item, value, proof, role, by in cells
        if not math.isnan(value)  # an empty cell
    ]  # fmt: skip


def _says(text: str | None) -> bool:
    """Say whether a cell holds anything that can be seen; blanks and invisible characters are none."""
    return any(letter.isprintable() and not letter.isspace() for letter in text or "")


def _chosen(asked: Catalogue, rows: list[Answer], quick: str) -> list[tuple[str, str]]:
    """Return the questionnaires to read: all that were answered; the quick scan only where it stands alone."""
    used = {_version(asked, row) for row in rows}
    found = sorted(used & asked.keys())
    full = [name for name in found if name[0] != quick]
    return full or found or sorted(name for name in asked if name[0] != quick)


def _version(asked: Catalogue, row: Answer) -> tuple[str, str]:
    versions = [version for name, version in asked if name == row.questionnaire]
    newest = max(versions, key=lambda version: (len(version), version), default="")
    return row.questionnaire, row.version or newest


def _fill(chosen: list[tuple[str, str]], asked: Catalogue, rows: list[Answer]) -> Sheet:
    places = {(*name, question.item): (name, question) for name in chosen for question in asked[name]}
    column = {key: number for number, key in enumerate(places)}
    questions = [question for _, question in places.values()]
    met = [(row, (*_version(asked, row), row.item)) for row in rows]
    kept = [(row, column[key], questions[column[key]].share(row.value)) for row, key in met if key in column]
    inside = [(row, number, share) for row, number, share in kept if share is not None]
    people = {who: number for number, who in enumerate(sorted({row.respondent for row, _, _ in inside}))}
    said = _means(inside, people, len(questions))
    sheet = Sheet(questions, said, _any(inside, len(questions), "evidence"), _any(inside, len(questions), "outside"))
    sheet.outside_scale = len(kept) - len(inside)
    return sheet


def _means(inside: list[tuple[Answer, int, float]], people: dict[int, int], width: int) -> Floats:
    total, count = np.zeros((len(people), width)), np.zeros((len(people), width))
    for row, number, share in inside:
        total[people[row.respondent], number] += share
        count[people[row.respondent], number] += 1
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _any(inside: list[tuple[Answer, int, float]], width: int, what: str) -> Bools:
    found = np.zeros(width, np.bool_)
    for row, number, _ in inside:
        found[number] |= getattr(row, what)
    return found


def _declare(sheet: Sheet, rows: list[Answer]) -> None:
    """Note the caps that assessors declared with a reason, the lowest of each factor, and those without one."""
    for row in rows:
        factor = row.item.removeprefix(CAP)
        if not row.item.startswith(CAP) or factor not in FACTORS or row.role not in {"", "assessor"}:
            continue
        if not row.evidence:
            sheet.unreasoned.append(factor)
        elif 1 <= row.value <= TOP:
            sheet.declared[factor] = min(int(row.value), sheet.declared.get(factor, TOP))
