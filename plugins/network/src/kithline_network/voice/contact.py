"""Who is staff, an account or somebody outside, and which staff turn to whom outside."""

from typing import Final, NamedTuple

import numpy as np

from kithline_network.voice.params import VoiceParams, words
from kithline_sdk import Snapshot
from kithline_sdk.grouping import by_pair
from kithline_sdk.snapshot import DAY, Bools, Ints
from kithline_sdk.staff import Staff, held_texts, staff
from kithline_sdk.ties import contacts, pairs

# Who somebody is: 0 unknown, listed and no member, a member; and the product of two ends across.
OUTSIDE: Final = 1
MEMBER: Final = 2
ACROSS: Final = OUTSIDE * MEMBER


class Outward(NamedTuple):
    """Pairs of a member (its place) and somebody outside: whether the member turned to them, whether it is a tie.

    `moments` are places of members and days on which a member turned to somebody outside, once each.
    """

    place: Ints
    partner: Ints
    sent: Bools
    tied: Bools
    moments: tuple[Ints, Ints]

    def without(self, place: int) -> "Outward":
        """Return the contact of everybody else."""
        kept = self.place != place
        who, days = self.moments
        return Outward(
            self.place[kept],
            self.partner[kept],
            self.sent[kept],
            self.tied[kept],
            (who[who != place], days[who != place]),
        )


class Members(NamedTuple):
    """The members, which of them are accounts of a brand or agency (None: no ranks are known), and events."""

    found: Staff
    accounts: Bools | None
    outward: Outward

    @property
    def people(self) -> Bools:
        """Which members are people."""
        return np.ones(len(self.found.person), np.bool_) if self.accounts is None else ~self.accounts


def members(snapshot: Snapshot, params: VoiceParams) -> Members:
    """Return members and their contact with people outside."""
    found = staff(snapshot)
    return Members(found, accounts(snapshot, found, params), outward(snapshot, found, params))


def accounts(snapshot: Snapshot, found: Staff, params: VoiceParams) -> Bools | None:
    """Return which members are no person but an account: their rank says so. None where no member has a rank."""
    wanted = words(params.account_ranks)
    ranks = held_texts(snapshot, found, "rank")
    if all(rank is None for rank in ranks):
        return None
    return np.array([rank is not None and rank.strip().casefold() in wanted for rank in ranks], np.bool_)


def outward(snapshot: Snapshot, found: Staff, params: VoiceParams) -> Outward:
    """Return contact across: one end a member, the other somebody listed who is none. Who is not listed is unknown."""
    table, declared = snapshot["tie_day"], snapshot["ties"]
    listed = snapshot["memberships"].ints("person")
    ends = [table.ints("actor"), table.ints("target"), declared.ints("actor"), declared.ints("target")]
    size = 1 + max((int(one.max()) for one in [*ends, listed, found.person] if len(one)), default=0)
    side = np.zeros(size, np.int64)
    side[listed], side[found.person] = OUTSIDE, MEMBER
    across = side[ends[0]] * side[ends[1]] == ACROSS
    observed = contacts(table, params.pair_day_cap, params.max_recipients, keep=across)
    sums = declared.where(side[ends[2]] * side[ends[3]] == ACROSS)
    both = pairs(observed, min_events=params.min_events, min_days=params.min_days, declared=sums)
    low = side[both.low] == MEMBER
    member, partner = np.where(low, both.low, both.high), np.where(low, both.high, both.low)
    sent = np.where(low, both.forward, both.backward) > 0
    mine = side[observed.actor] == MEMBER
    dated = sums.where(sums.present("last_at") & (side[sums.ints("actor")] == MEMBER))
    who = found.places(np.r_[observed.actor[mine], dated.ints("actor")])
    once = by_pair(who, np.r_[observed.day[mine], dated.ints("last_at") // DAY])
    return Outward(found.places(member), partner, np.asarray(sent, np.bool_), both.tied, (once.one, once.other))
