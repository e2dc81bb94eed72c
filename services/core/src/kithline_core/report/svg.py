"""Small pictures as SVG: parts are escaped here and nowhere else."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple


class Drawing(NamedTuple):
    """A picture: its size in its own units, a title for those who cannot see it, and its parts."""

    width: float
    height: float
    title: str
    parts: Sequence[str]

    def __html__(self) -> str:
        """Return it as an element of a page, as wide as there is room."""
        return self._element('role="img"')

    def placed(self, x: float, y: float, width: float) -> str:
        """Return it as a part of another picture."""
        height = width * self.height / self.width
        return self._element(f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"')

    def _element(self, attributes: str) -> str:
        told = escape(self.title)
        head = f'<svg viewBox="0 0 {self.width:g} {self.height:g}" {attributes} aria-label="{told}">'
        return f"{head}<title>{told}</title>{''.join(self.parts)}</svg>"


def rect(x: float, y: float, width: float, height: float, kind: str, tip: str = "", *, opacity: float = 1.0) -> str:
    """Return a box of a class; `tip` shows on hovering."""
    size = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    faint = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    return f'<rect {size} class="{escape(kind)}"{faint}{_tipped("rect", tip)}'


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "start", *, turn: float = 0.0) -> str:
    """Return a line of text, turned by degrees around its anchor."""
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    place = f'x="{x:.1f}" y="{y:.1f}" class="{escape(kind)}" text-anchor="{anchor}"'
    return f"<text {place}{turned}>{escape(said)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """Return a straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{escape(kind)}"/>'


def bow(x1: float, y1: float, x2: float, y2: float, to: tuple[float, float], kind: str) -> str:
    """Return a line that is drawn towards a point, so that neighbours on a ring can be told apart."""
    x, y = ((x1 + x2) / 2 + to[0]) / 2, ((y1 + y2) / 2 + to[1]) / 2
    return f'<path d="M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}" class="{escape(kind)}"/>'


def dot(x: float, y: float, radius: float, kind: str, tip: str = "") -> str:
    """Return a circle that tells its name on hovering."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{escape(kind)}"{_tipped("circle", tip)}'


def _tipped(name: str, tip: str) -> str:
    return f"><title>{escape(tip)}</title></{name}>" if tip else "/>"


def short(said: str, size: int) -> str:
    """Return a text of at most `size` characters; what is cut off leaves an ellipsis."""
    return said if len(said) <= size else f"{said[: size - 1].rstrip()}…"
