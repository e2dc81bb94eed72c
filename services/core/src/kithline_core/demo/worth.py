"""What the company thinks its communities are worth: honest ranges, one line measured, one counted twice, one without a count."""

from kithline_core.model.value import Factor, ValueLine, ValueModel


def _range(low: float, likely: float, high: float) -> Factor:
    return Factor(low=low, likely=likely, high=high)


def value() -> ValueModel:
    """Return the value model. Planted: likely worth it, and only a comparison of answered calls is measured."""
    return ValueModel(
        discount_rate=0.05,
        lines=[
            ValueLine(
                line="calls avoided", side="benefit", kind="process", count=_range(4_000, 5_200, 7_000),
                unit_value=_range(14, 18, 24), attribution=_range(0.4, 0.6, 0.8), start_month=0, evidence="A", driver="answers",
            ),
            ValueLine(
                line="returned parts", side="benefit", kind="supply", count=_range(2_000, 6_000, 12_000),
                unit_value=_range(20, 35, 60), attribution=_range(0.1, 0.25, 0.5), start_month=6, evidence="C",
            ),
            ValueLine(
                line="scrap", side="benefit", kind="supply", count=_range(1_000, 3_000, 5_000), unit_value=_range(10, 15, 25),
                attribution=_range(0.1, 0.2, 0.4), start_month=6, evidence="C", overlaps="returned parts",
            ),
            ValueLine(
                line="ideas built", side="benefit", kind="product", unit_value=_range(5_000, 20_000, 90_000),
                attribution=_range(0.2, 0.5, 0.9), start_month=3, evidence="D",
            ),
            ValueLine(
                line="hosts and platform", side="cost", count=_range(3, 3.5, 5), unit_value=_range(12_000, 15_000, 20_000),
                start_month=0, evidence="B",
            ),
        ],
    )  # fmt: skip
