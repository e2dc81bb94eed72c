"""Who talks across the company's border: suppliers, customers, dealers, shareholders, and the loudspeaker."""

from datetime import datetime, timedelta
from typing import Final

from kithline_core.demo import cast, places
from kithline_core.demo.stream import DAYS, END, MESH_FROM, START, Stream

BUYERS: Final = 40
HUB_CONVERSATIONS: Final = 9_000
MESH_CONVERSATIONS: Final = 6_000
PRACTICES: Final = 420
OWNERS: Final = 7_000
IDEAS: Final = 2_500
BROADCASTS: Final = 12_000


def suppliers(stream: Stream) -> None:
    """Add the star of the whole year, and from month 7 on the mesh inside the circles with shared practices."""
    hosts = [*cast.employees()["purchasing"][:BUYERS], *cast.employees()["quality"][:BUYERS]]
    for _ in range(HUB_CONVERSATIONS):
        person = stream.pick(cast.supplier_people(int(stream.chance() * cast.SUPPLIERS)))
        kind = "order" if stream.chance() < 0.3 else "question" if stream.chance() < 0.5 else "joint_work"
        stream.exchange(stream.moment(), person, stream.pick(hosts), 0.7, kind=kind, community="supplier-exchange")
    for _ in range(MESH_CONVERSATIONS):
        one, other = _neighbours(stream)
        stream.exchange(stream.moment(MESH_FROM), one, other, 0.6, kind="joint_work", community="supplier-exchange")
    for number in range(PRACTICES):
        _practice(stream, number % cast.SUPPLIERS)


def _neighbours(stream: Stream) -> tuple[str, str]:
    """Return people of two suppliers of one circle."""
    number = int(stream.chance() * cast.SUPPLIERS)
    # Contact runs to the next four of the circle's ten, so a circle is dense and not complete.
    step = len(cast.CIRCLES) * (1 + int(stream.chance() * 4))
    other = (number + step) % cast.SUPPLIERS
    return stream.pick(cast.supplier_people(number)), stream.pick(cast.supplier_people(other))


def _practice(stream: Stream, number: int) -> None:
    author = stream.pick(cast.supplier_people(number))
    shared = stream.add(stream.moment(MESH_FROM), author, "shared", kind="practice", community="supplier-exchange")
    if stream.chance() < 0.6:
        other = (number + len(cast.CIRCLES)) % cast.SUPPLIERS
        user = stream.pick(cast.supplier_people(other))
        at = shared.occurred_at + timedelta(hours=5)
        stream.add(at, user, "replied", author, kind="answer", community="supplier-exchange", parent=shared.id)


def customers(stream: Stream) -> None:
    """Add owners who answer each other, drivers who propose, and engineers who join in."""
    owners = [f"cus-{n + 1:03d}" for n in range(cast.CUSTOMERS)]
    helpers = [*cast.employees()["after-sales"][:12], *cast.employees()["engineering"][:8]]
    for _ in range(OWNERS):
        answerer = stream.pick(helpers if stream.chance() < 0.2 else owners)
        asker = stream.pick([one for one in owners[:80] if one != answerer] if stream.chance() < 0.3 else owners)
        if asker != answerer:
            stream.exchange(
                stream.moment(), asker, answerer, 0.85, kind="question", community="owners-garage", visibility="public"
            )
    for _ in range(IDEAS):
        stream.add(stream.moment(), stream.pick(owners), "posted", community="drive-ideas", visibility="public")


def dealers(stream: Stream) -> None:
    """Add dealers' questions to sales and logistics, and shareholders' to finance."""
    sales = [*cast.employees()["sales"][:20], *cast.employees()["logistics"][:10]]
    for _ in range(3_000):
        stream.exchange(
            stream.moment(),
            f"dlr-{int(stream.chance() * 60) + 1:03d}",
            stream.pick(sales),
            0.8,
            kind="question",
            community="dealer-desk",
        )
    for _ in range(300):
        owner = f"shr-{int(stream.chance() * cast.SHAREHOLDERS) + 1:03d}"
        stream.exchange(
            stream.moment(),
            owner,
            stream.pick(cast.employees()["finance"][:8]),
            0.9,
            kind="question",
            community="investor-room",
        )


def loudspeaker(stream: Stream) -> None:
    """Add outgoing posts of marketing's three people: volume without an answer, and the bots' noise."""
    team = cast.employees()["marketing"][:3]
    for _ in range(BROADCASTS):
        stream.add(stream.moment(), stream.pick(team), "posted", channel="public-feed", visibility="public")
    for day in range(DAYS):
        for bot in cast.BOTS:
            stream.add(START + timedelta(days=day, hours=6), bot, "posted", community="works-town")


def lounge(stream: Stream) -> None:
    """Add the opening week of the place that is provided and prayed for, and the two who still look in."""
    opened = datetime(2025, 6, 2, tzinfo=START.tzinfo)
    curious = cast.employees()["it"][:25]
    for _ in range(90):
        stream.add(
            stream.moment(opened, opened + timedelta(days=14)), stream.pick(curious), "posted", community=places.PRAYED
        )
    for _ in range(14):
        stream.add(
            stream.moment(opened + timedelta(days=60), END), stream.pick(curious[:2]), "posted", community=places.PRAYED
        )
