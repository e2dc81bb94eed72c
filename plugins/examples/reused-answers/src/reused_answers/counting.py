"""What is counted: answers, who wrote them, who used them again, and how much hangs on one person."""

from collections import Counter, defaultdict
from typing import NamedTuple

from kithline_sdk import Snapshot

from reused_answers.spread import effective

DAY = 86_400_000_000


class Answer(NamedTuple):
    """One answer that is old enough: who wrote it, and the others who used it in its horizon."""

    author: int
    users: frozenset[int]


class Counts(NamedTuple):
    """The counts of one window. `followed` are re-uses within the horizon, `reuses` all of the window."""

    answers: int
    reused: int
    short: int
    unused: int
    authors: int
    users: int
    followed: int
    reuses: int
    young: int
    shared: int
    uses: int
    mutual: float | None
    concentration: float
    effective: float


class Uses(NamedTuple):
    """What the table says: the day of each answer that was shared, its author, and its users with their days."""

    shared: dict[str, set[int]]
    authors: dict[str, int]
    users: dict[str, dict[int, set[int]]]


def count(snapshot: Snapshot, horizon: int, least: int) -> Counts:
    """Return the counts; an answer is judged once `horizon` days of the window lie behind its day."""
    found = _read(snapshot)
    last = snapshot.window.end // DAY - horizon
    first = {item: min(days) for item, days in sorted(found.shared.items())}
    old = [_answer(found, item, day, horizon) for item, day in first.items() if day <= last]
    sizes = [len(one.users) for one in old]
    by_author = Counter(one.author for one in old)
    reused_by = Counter(one.author for one in old if len(one.users) >= least)
    pairs = [(found.authors[item], user) for item, users in found.users.items() for user in users]
    return Counts(
        answers=len(old),
        reused=sum(size >= least for size in sizes),
        short=sum(size == least - 1 for size in sizes),
        unused=sum(size < least - 1 for size in sizes),
        authors=len(by_author),
        users=len({user for one in old for user in one.users}),
        followed=sum(sizes),
        reuses=len(pairs),
        young=len(first) - len(old),
        shared=sum(map(len, found.shared.values())),
        uses=sum(len(days) for users in found.users.values() for days in users.values()),
        mutual=_mutual(pairs),
        concentration=_concentration(old, least, by_author, reused_by),
        effective=effective([(many, reused_by[author]) for author, many in by_author.items()]),
    )


def _read(snapshot: Snapshot) -> Uses:
    """Read the table: a row without a user tells that an answer was shared, one with a user that it was used."""
    table = snapshot["item_use"]
    found = Uses(defaultdict(set), {}, defaultdict(lambda: defaultdict(set)))
    columns = [table.ints(name).tolist() for name in ("day", "actor", "used_by")]
    for item, day, author, user, used in zip(
        table.texts("item"), *columns, table.present("used_by").tolist(), strict=True
    ):
        found.authors[item] = author
        if not used:
            found.shared[item].add(day)
        elif user != author:
            found.users[item][user].add(day)
    return found


def _answer(found: Uses, item: str, day: int, horizon: int) -> Answer:
    """Return an answer with those who used it in its horizon; a use dated before it was shared is none."""
    users = found.users.get(item, {})
    return Answer(
        author=found.authors[item],
        users=frozenset(user for user, days in users.items() if any(0 <= one - day < horizon for one in days)),
    )


def _mutual(pairs: list[tuple[int, int]]) -> float | None:
    """Return the share of re-uses between two people of whom each used an answer of the other's."""
    both = set(pairs)
    return sum((user, author) in both for author, user in pairs) / len(pairs) if pairs else None


def _concentration(old: list[Answer], least: int, written: Counter[int], reused_by: Counter[int]) -> float:
    """Return how far the score moves at most when one person is left out, as author and as user."""
    decides = Counter(user for one in old if len(one.users) == least for user in one.users)
    reused = reused_by.total()
    moves = [0.0]
    for person in written.keys() | decides.keys():
        left = len(old) - written[person]
        still = reused - reused_by[person] - decides[person]
        moves.append(abs(reused / len(old) - still / left) if left else 1.0)
    return max(moves)
