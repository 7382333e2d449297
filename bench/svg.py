"""Lines and words of a picture that is complete in itself."""

from collections.abc import Iterable
from html import escape

COLOURS = (
    "#0b6bcb",
    "#c2410c",
    "#15803d",
    "#7c3aed",
    "#a16207",
    "#be185d",
    "#0e7490",
    "#4b5563",
    "#111827",
)


def document(width: float, height: float, title: str, body: Iterable[str]) -> str:
    """Return a picture on white; `title` is read out to who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="system-ui, sans-serif" role="img" aria-label="{escape(title)}">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def line(xs: Iterable[float], ys: Iterable[float], colour: str) -> str:
    """Return a line through points."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"/>'


def rule(left: float, right: float, y: float) -> str:
    """Return a grey line across a panel."""
    return f'<path d="M{left} {y:.1f}H{right}" stroke="#d4d4d4" stroke-width="1"/>'


def sample(x: float, y: float, colour: str) -> str:
    """Return the piece of a line that stands in a legend."""
    return f'<path d="M{x} {y}h22" stroke="{colour}" stroke-width="3"/>'


def text(
    x: float, y: float, words: str, *, size: int, weight: str = "400", anchor: str = "start"
) -> str:
    """Return words at a place."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="#262626">{escape(words)}</text>'
    )
