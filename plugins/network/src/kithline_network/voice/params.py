"""What can be set, with the defaults of the card: default, not calibrated."""

import msgspec

from kithline_sdk.params import Cap, Count, DrawCount, Floor, Positive, Share


class VoiceParams(msgspec.Struct, frozen=True, kw_only=True):
    """A tie's needs, the caps, control points of both curves, which ranks mark accounts, and when findings fire."""

    min_events: Count = 2
    min_days: Count = 2
    pair_day_cap: Cap = 20
    max_recipients: Cap = 10
    share_half: Positive = 0.3
    share_high: Positive = 0.8
    named_half: Positive = 0.3
    named_high: Positive = 0.8
    account_ranks: str = "account;brand;brand account;agency;agency account;marke;agentur;funktionskonto"
    marketing_words: str = "marketing;communication;kommunikation;public relations"
    one_department: Share = 0.8
    enough_contacts: Count = 20
    draws: DrawCount = 400
    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False

    def __post_init__(self) -> None:
        """Refuse curves that do not rise."""
        for half, high in ((self.share_half, self.share_high), (self.named_half, self.named_high)):
            if not half < high:
                raise ValueError("the half of a curve must lie below its high point")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a parameter, split by `;`, as they are compared."""
    return tuple(word for one in text.split(";") if (word := one.strip().casefold()))
