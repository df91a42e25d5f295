"""The picture of an incident as one inline SVG: how grave, where it stood, what came when.

It is drawn in `currentColor`, so it suits a light page and a dark one, and needs no style sheet;
classes (`bar`, `point`, `late`, …) let a page give it more. Nothing is told by colour alone, and
`title` and `desc` tell it to those who do not see it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape

from bot.domain.naming import in_utc
from bot.domain.review.case import span
from bot.domain.review.document import Bar, Picture, Point

WIDTH = 960
_LEFT, _RIGHT = 92, 20
_ROW, _GAP = 26, 12
_LETTER = 6.6
"""The width of a letter at the size of the labels, about."""
_OPACITY = {1: 0.08, 2: 0.15, 3: 0.25, 4: 0.36}
_LANES = ("severity", "status")
_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200)
)
_MOST_TICKS = 8
_FONT = 'font-family="system-ui, sans-serif" font-size="12"'


def svg(picture: Picture, ident: str = "timeline-picture") -> str:
    """Return the picture; `ident` keeps its ids apart from those of others on the same page."""
    scale = _Scale(picture.begin, picture.end)
    top, parts = _GAP, list[str]()
    for lane in _LANES:
        bars = [bar for bar in picture.bars if bar.lane == lane]
        if bars:
            parts += [_lane_name(lane, top), *(_bar(bar, scale, top) for bar in bars)]
            top += _ROW + _GAP
    updates = [point for point in picture.points if point.lane == "update"]
    if updates:
        parts += [_lane_name("updates", top), *(_update(point, scale, top) for point in updates)]
        top += _ROW + _GAP
    milestones, rows = _milestones(picture.points, scale, top)
    if milestones:
        parts += [_lane_name("milestones", top), *milestones]
        top += rows * _ROW + _GAP
    parts += _axis(scale, top)
    height = top + _ROW + _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" '
        f'role="img" aria-labelledby="{ident}-title {ident}-desc" class="incident-picture" '
        f'fill="currentColor" {_FONT}>'
        f'<title id="{ident}-title">{_safe(picture.title)}</title>'
        f'<desc id="{ident}-desc">{_safe(" ".join(_told(picture)))}</desc>'
        f"{''.join(parts)}</svg>"
    )


class _Scale:
    """From a time to its place on the width of the picture."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin, self.end = begin, end
        self._length = (end - begin).total_seconds() or 1.0

    def x(self, at: datetime) -> float:
        """Return the place of a time; what lies outside stands at the edge."""
        share = (at - self.begin).total_seconds() / self._length
        return round(_LEFT + min(max(share, 0.0), 1.0) * (WIDTH - _LEFT - _RIGHT), 1)


def _safe(text: str) -> str:
    """Escape for SVG, without the control characters that XML forbids."""
    return escape("".join(letter for letter in text if letter.isprintable()))


def _lane_name(name: str, top: int) -> str:
    return f'<text class="lane" x="4" y="{top + 17}" opacity="0.75">{name.capitalize()}</text>'


def _bar(bar: Bar, scale: _Scale, top: int) -> str:
    """Draw a stretch; its label stands in it where there is room, and in its tooltip always."""
    left, right = scale.x(bar.begin), scale.x(bar.end)
    width = max(round(right - left, 1), 1.5)
    label = ""
    if width > len(bar.label) * _LETTER + 12:
        label = f'<text x="{left + 6}" y="{top + 17}">{_safe(bar.label)}</text>'
    told = f"{bar.label}: {span(bar.end - bar.begin)}, from {in_utc(bar.begin)}"
    return (
        f'<g class="bar {bar.lane} weight-{bar.weight}"><title>{_safe(told)}</title>'
        f'<rect x="{left}" y="{top}" width="{width}" height="{_ROW}" rx="3" '
        f'fill-opacity="{_OPACITY[bar.weight]}" stroke="currentColor" stroke-opacity="0.45"/>'
        f"{label}</g>"
    )


def _update(point: Point, scale: _Scale, top: int) -> str:
    """Draw an update: a filled dot in time, an empty square when it came late."""
    x, middle = scale.x(point.at), top + _ROW / 2
    told = f"<title>{_safe(f'{point.label}, {in_utc(point.at)}')}</title>"
    if point.late:
        return (
            f'<g class="point update late">{told}<rect x="{round(x - 5, 1)}" y="{middle - 5}" '
            'width="10" height="10" fill="none" stroke="currentColor" stroke-width="2"/></g>'
        )
    return f'<g class="point update">{told}<circle cx="{x}" cy="{middle}" r="5"/></g>'


def _milestones(points: tuple[Point, ...], scale: _Scale, top: int) -> tuple[list[str], int]:
    """Draw the milestones, each label in the first row in which it covers no other."""
    drawn, taken = list[str](), list[float]()
    wanted = sorted((p for p in points if p.lane == "milestone"), key=lambda point: point.at)
    for point in wanted:
        x, width = scale.x(point.at), len(point.label) * _LETTER + 10
        begin = x if x + width < WIDTH else x - width
        row = next((row for row, end in enumerate(taken) if end <= begin), len(taken))
        taken[row : row + 1] = [begin + width]
        drawn.append(_milestone(point, x, top + row * _ROW, flipped=begin < x))
    return drawn, len(taken)


def _milestone(point: Point, x: float, top: int, *, flipped: bool) -> str:
    anchor, beside = ("end", x - 6) if flipped else ("start", x + 6)
    return (
        f'<g class="point milestone"><title>{_safe(f"{point.label}, {in_utc(point.at)}")}</title>'
        f'<path d="M{x} {top + 3}v20" stroke="currentColor" stroke-width="2"/>'
        f'<text x="{round(beside, 1)}" y="{top + 17}" text-anchor="{anchor}">'
        f"{_safe(point.label)}</text></g>"
    )


def _axis(scale: _Scale, top: int) -> Iterator[str]:
    """Draw the time: at most eight ticks on round times, in UTC."""
    yield (
        f'<path class="axis" d="M{_LEFT} {top}H{WIDTH - _RIGHT}" stroke="currentColor" '
        'stroke-opacity="0.6"/>'
    )
    yield f'<text class="lane" x="4" y="{top + 17}" opacity="0.75">UTC</text>'
    length = scale.end - scale.begin
    step = next((s for s in _STEPS if length / s <= _MOST_TICKS), _STEPS[-1])
    days = length > timedelta(days=1)
    for at in _round_times(scale, step):
        x = scale.x(at)
        label = f"{at:%d %b}" if step >= timedelta(days=1) else f"{at:%d %b %H:%M}"
        label = label if days else f"{at:%H:%M}"
        yield (
            f'<path class="tick" d="M{x} {top}v5" stroke="currentColor" stroke-opacity="0.6"/>'
            f'<text class="tick" x="{x}" y="{top + 19}" text-anchor="middle">{label}</text>'
        )


def _round_times(scale: _Scale, step: timedelta) -> Iterator[datetime]:
    seconds = int(step.total_seconds())
    first = -(-int(scale.begin.timestamp()) // seconds) * seconds
    count = int((scale.end.timestamp() - first) // seconds)
    for place in range(min(count, 2 * _MOST_TICKS) + 1):
        yield datetime.fromtimestamp(first + place * seconds, tz=UTC)


def _told(picture: Picture) -> Iterator[str]:
    """Yield what the picture shows, in sentences."""
    yield f"From {in_utc(picture.begin)} to {in_utc(picture.end)}."
    for lane in _LANES:
        bars = [f"{b.label} {span(b.end - b.begin)}" for b in picture.bars if b.lane == lane]
        if bars:
            yield f"{lane.capitalize()}: {', then '.join(bars)}."
    updates = [point for point in picture.points if point.lane == "update"]
    if updates:
        late = sum(point.late for point in updates)
        yield f"Updates: {len(updates)}, of which {late} late."
    for point in picture.points:
        if point.lane == "milestone":
            yield f"{point.label.capitalize()}: {in_utc(point.at)}."
