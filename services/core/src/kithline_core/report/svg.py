"""Small pictures as SVG: parts are escaped here and nowhere else."""

from collections.abc import Iterable
from html import escape

from markupsafe import Markup


def drawing(width: float, height: float, title: str, parts: Iterable[str]) -> Markup:
    """Return an SVG with a title for those who cannot see it."""
    told = escape(title)
    head = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{told}"><title>{told}</title>'
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704 - every part below escapes what it was given


def rect(x: float, y: float, width: float, height: float, kind: str, tip: str = "", **more: str) -> str:
    """Return a box of a class; `tip` shows on hovering."""
    extra = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in more.items())
    inner = f"<title>{escape(tip)}</title>" if tip else ""
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect {size} class="{escape(kind)}"{extra}>{inner}</rect>'


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    """Return a line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{escape(kind)}" text-anchor="{anchor}">{escape(said)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """Return a straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{escape(kind)}"/>'


def dot(x: float, y: float, radius: float, kind: str, tip: str) -> str:
    """Return a circle that tells its name on hovering."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{escape(kind)}"><title>{escape(tip)}</title></circle>'
    )
