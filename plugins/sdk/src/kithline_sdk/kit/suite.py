"""The checks of one scorer that run it, in order."""

from collections.abc import Callable
from typing import Final, NamedTuple

from kithline_sdk.checks import check_manifest
from kithline_sdk.kit.bench import Bench
from kithline_sdk.kit.cases import TRIED, Law, tried
from kithline_sdk.kit.golden import golden
from kithline_sdk.kit.laws import absence, arrival, directions, extremes, halves, volume
from kithline_sdk.kit.outcomes import Outcome, Rule, judged

Act = Callable[[Bench], str]


class Check(NamedTuple):
    """A rule and what tries it: it says what came, raises AssertionError, or Skipped when the rule cannot apply."""

    rule: Rule
    act: Act


def _law(law: Law, cases: int = TRIED) -> Act:
    return lambda bench: tried(bench, law, cases)


def _agrees(bench: Bench) -> str:
    check_manifest(bench.scorer, bench.entry)
    return "key, version, parameters and minimum agree"


CHECKS: Final[tuple[Check, ...]] = (
    Check(Rule("agreement", "code and manifest say the same", "change whichever is wrong"), _agrees),
    Check(
        Rule(
            "finding",
            "ranges hold, contributions add up, the interval holds the score, every measure is declared",
            "see what a scorer is, in the reference of plugins",
        ),
        _law(arrival.finding),
    ),
    Check(
        Rule(
            "same-bytes",
            "the same snapshot gives the same bytes: again, decoded, in another order; it is left as it was",
            "sort before you add up, use math.fsum, keep nothing between calls, copy before you write",
        ),
        _law(arrival.same_bytes),
    ),
    Check(
        Rule(
            "relabelling",
            "other names of people and groups change names only",
            "let nothing depend on the order or the value of an id; break ties by figures",
        ),
        _law(arrival.relabelling),
    ),
    Check(
        Rule(
            "duplicates",
            "a statement that came twice changes nothing",
            "read statements into a set or a dict by their id",
        ),
        _law(arrival.duplicates),
    ),
    Check(
        Rule(
            "no-data",
            "without data there is no score, and `missing` says what is lacking",
            "return Finding(status='insufficient', reasons=[...], missing=[...])",
        ),
        _law(absence.no_data),
    ),
    Check(
        Rule(
            "unknown",
            "what loses its input is absent with a reason, and never 0.0",
            "leave the measure out and name it in `missing`",
        ),
        absence.unknown,
    ),
    Check(
        Rule(
            "extremes",
            "the ends of what data can be give findings like any other",
            "guard divisions and logarithms; look at one person, one place, a window without length",
        ),
        _law(extremes.extremes),
    ),
    Check(
        Rule(
            "monotone",
            "more of what raises never lowers the score, more of what lowers never raises it",
            "look at thresholds, and at shares whose whole grows too",
        ),
        _law(directions.monotone),
    ),
    Check(
        Rule(
            "halves",
            "two halves of a window add up to the whole, for additive measures",
            "count what happened, not who did it: people are in both halves",
        ),
        _law(halves.halves),
    ),
    Check(
        Rule(
            "narrowing",
            "four times the people give a narrower interval",
            "let the interval rest on the number of people or events",
        ),
        volume.narrowing,
    ),
    Check(
        Rule(
            "whale",
            "one newcomer lifts the score by no more than `concentration`",
            "count people before volume; put into `concentration` the drop without the busiest person",
        ),
        _law(volume.whale),
    ),
    Check(
        Rule(
            "golden",
            "the golden findings come again, byte for byte",
            "compare; where the change is meant, raise the scorer's version and write them anew",
        ),
        golden,
    ),
)


def run(bench: Bench) -> list[Outcome]:
    """Run every check on one scorer; what its manifest exempts is skipped with that reason."""
    return [judged(one.rule, lambda: one.act(bench), bench.spec.key, bench.spec.exempt) for one in CHECKS]  # noqa: B023 - called at once
