"""What re-uses are worth, where somebody declared what one of them avoids."""

from kithline_sdk import Interval, Missing

NOT_DECLARED = Missing(what="value of one re-use", reason="no_value_declared", have=0, need=1)


def avoided(
    reuses: int, value: tuple[float, float, float]
) -> tuple[dict[str, float], dict[str, Interval], list[Missing]]:
    """Return re-uses times the declared low, likely and high value of one, or that nobody declared it.

    The interval is that of the declaration: re-uses are counted, not estimated. Source: Community Roundtable's
    networked value of answers, with re-uses in the place of successful searches.
    """
    low, likely, high = value
    if high == 0:
        return {}, {}, [NOT_DECLARED]
    return {"avoided_cost": reuses * likely}, {"avoided_cost": (reuses * low, reuses * high)}, []
