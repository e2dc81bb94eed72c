"""The report as a table for a terminal, and as a page of its own."""

import html
from collections.abc import Iterator
from typing import Final

from kithline_sdk.kit.outcomes import Outcome, Price, Report

_MARKS: Final = {"passed": "ok", "failed": "FAIL", "skipped": "-"}
_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1f24; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #d0d7de; }
td { overflow-wrap: anywhere; }
.passed { color: #116329; } .failed { color: #a40e26; font-weight: 600; } .skipped { color: #57606a; }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3; } th, td { border-color: #30363d; }
  .passed { color: #7ee787; } .failed { color: #ff7b72; } .skipped { color: #8b949e; }
}
""".strip()


def text(report: Report) -> str:
    """Return a line a check, more for what failed, and a last line that sums up."""
    lines = [f"{report.plugin} {report.version} ({report.target}); worlds: {report.generator}"]
    for scorer in ["", *report.scorers]:
        found = [one for one in report.checks if one.scorer == scorer]
        if found and scorer:
            lines.append(f"\n{scorer}")
        lines += [line for one in found for line in _lines(one)]
    return "\n".join([*lines, *_priced(report), "", _sum(report)])


def page(report: Report) -> str:
    """Return the report as one HTML file that needs nothing from elsewhere."""
    title = html.escape(f"{report.plugin} {report.version}")
    about = html.escape(f"{report.target}, SDK {report.sdk}, Python {report.python}, worlds: {report.generator}")
    rows = "\n".join(_row(one) for one in report.checks)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{_STYLE}\n</style>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n<p>{about}</p>\n<p><strong>{html.escape(_sum(report))}</strong></p>\n<table>\n"
        "<thead><tr><th>check</th><th>scorer</th><th>outcome</th><th>expected</th><th>what came</th>"
        f"<th>seconds</th></tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n{_cheating(report)}</body>\n</html>\n"
    )


def _lines(one: Outcome) -> Iterator[str]:
    yield f"{_MARKS[one.status]:>6}  {one.check:<12} {one.came if one.status == 'passed' else one.reason or one.expected}"
    if one.status == "failed":
        yield f"        came: {one.came}"
        yield f"        do:   {one.advice}"


def _priced(report: Report) -> list[str]:
    return ["\nthe price of cheating", *(line for one in report.prices for line in price(one))] if report.prices else []


def _cheating(report: Report) -> str:
    told = html.escape("\n".join(_priced(report)).strip())
    return f"<pre>{told}</pre>\n" if told else ""


def price(one: Price) -> Iterator[str]:
    """Yield a price as a line and what belongs to it."""
    about = f"{one.verdict:>10}  {one.scorer} ({one.world})"
    if one.hours is None or one.score is None:
        yield about
        return
    rise = f"level {one.level[0]} to {one.level[1]}" if one.level else f"{one.score[0]:g} to {one.score[1]:g} points"
    honest = f" (the honest way {one.honest_hours:g} h)" if one.honest_hours else ""
    yield f"{about}: {rise} for {one.hours:g} h{honest}; seen by {'; '.join(one.seen_by) or 'nobody'}"
    yield from (f"            {line}" for line in [*one.moves, *one.traces])


def _row(one: Outcome) -> str:
    said = one.reason or one.came
    if one.status == "failed":
        said = f"{said} Do: {one.advice}."
    cells = (one.check, one.scorer, one.status, one.expected, said, f"{one.seconds:.2f}")
    inner = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f'<tr class="{one.status}">{inner}</tr>'


def _sum(report: Report) -> str:
    counts = ", ".join(f"{many} {name}" for name, many in report.counts.items())
    return f"{'It holds' if report.passed else 'It does not hold'}: {counts}."
