"""Charts (图表) without a script: the geometry of bars in percent of the picture, which a template draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 0.28  # of a column's width
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Column:
    """What one bar stands for: a label under it, a title for whoever hovers, and its parts from the bottom up."""

    label: str
    title: str
    parts: Sequence[tuple[str, int]]
    is_now: bool = False

    @property
    def total(self) -> int:
        return sum(count for _, count in self.parts)


@dataclass(frozen=True)
class Piece:
    """A rectangle of one bar; its style is a class, for the page allows no inline style."""

    style: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One column with its place in the picture."""

    column: Column
    x: float
    width: float
    middle: float
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class BarChart:
    """Bars beside each other, and the number at the top of the axis."""

    bars: Sequence[Bar]
    top: int

    @property
    def is_empty(self) -> bool:
        return not any(bar.column.total for bar in self.bars)


@dataclass(frozen=True)
class Share:
    """A line of a ranking: how long its bar is, and what is said at its end."""

    label: str
    value: str
    width: float


def bar_chart(columns: Sequence[Column]) -> BarChart:
    """Bars that are scaled to a round number above the highest."""
    top = ceiling(max((column.total for column in columns), default=0))
    width = 100 / max(1, len(columns))
    return BarChart([_bar(column, number * width, width, top) for number, column in enumerate(columns)], top)


def ranking(counted: Sequence[tuple[str, int]], as_percent: bool = False) -> list[Share]:
    """The commonest is the longest; `as_percent` tells shares and no numbers."""
    longest, total = max((count for _, count in counted), default=0), sum(count for _, count in counted)
    return [
        Share(label, _share(count, total) if as_percent else f"{count}", round(100 * count / longest, 2))
        for label, count in counted
        if count
    ]


def ceiling(highest: int) -> int:
    """The round number an axis ends at: 4, 5, 10, 20, 50, 100 …"""
    if highest <= 4:
        return 4
    scale = 1
    while True:
        for step in STEPS:
            if step * scale >= highest:
                return step * scale
        scale *= 10


def _bar(column: Column, x: float, width: float, top: int) -> Bar:
    pieces, below = [], 0
    for style, count in column.parts:
        below += count
        if count:
            pieces.append(Piece(style, round(100 - 100 * below / top, 2), round(100 * count / top, 2)))
    return Bar(column, round(x + width * GAP / 2, 3), round(width * (1 - GAP), 3), round(x + width / 2, 3), pieces)


def _share(count: int, total: int) -> str:
    return f"{round(100 * count / total)}%"
