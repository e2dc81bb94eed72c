"""Every figure of the card that somebody may want to change. Defaults, not calibrated."""

import msgspec


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of `purpose.clarity`; the manifest repeats them with the same defaults."""

    persons: bool = False
    floor: int = 5
    no_floor: bool = False
    min_words: int = 8
    best_sentences: int = 3
    max_names: int = 6  # per sentence
    max_numbers: int = 6  # per sentence
    text_scale: float = 20.0  # z at which the text part is 1 - 1/e
    text_half_width: float = 0.25  # of the text part's 90 % interval
    tool_share_max: float = 0.15
    min_answers: int = 10
    min_response: float = 0.20
    join_days: int = 14  # a joiner's time to contribute
    first_m: float = 0.10
    first_h: float = 0.40
    voluntary_m: float = 0.30
    voluntary_h: float = 0.70
    uptake_weak: float = 0.25
    min_contributors: int = 3
    warning_days: int = 30
    raised_days: int = 60
    vague_from: float = 0.25
    workable_from: float = 0.50
    clear_from: float = 0.70
    draws: int = 2000
    details: int = 200  # communities shown one by one, those with the most contributors first
