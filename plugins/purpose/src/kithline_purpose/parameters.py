"""Every figure of the card that somebody may want to change. Defaults, not calibrated."""

import msgspec

from kithline_sdk.params import Count, DrawCount, Floor, Positive, Share


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of `purpose.clarity`; the manifest repeats them with the same defaults."""

    persons: bool = False
    floor: Floor = 5
    no_floor: bool = False
    min_words: Count = 8
    best_sentences: Count = 3
    max_names: Count = 6  # per sentence
    max_numbers: Count = 6  # per sentence
    text_scale: Positive = 20.0  # z at which the text part is 1 - 1/e
    text_half_width: Share = 0.25  # of the text part's 90 % interval
    tool_share_max: Share = 0.15
    min_answers: Count = 10
    min_response: Share = 0.20
    join_days: Count = 14  # a joiner's time to contribute
    first_m: Share = 0.10
    first_h: Share = 0.40
    voluntary_m: Share = 0.30
    voluntary_h: Share = 0.70
    uptake_weak: Share = 0.25
    min_contributors: Count = 3
    warning_days: Count = 30
    raised_days: Count = 60
    vague_from: Share = 0.25
    workable_from: Share = 0.50
    clear_from: Share = 0.70
    draws: DrawCount = 2000
    details: Count = 200  # communities shown one by one, those with the most contributors first
