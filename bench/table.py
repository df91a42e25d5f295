"""The table of figures: what was measured, what was to be reached, and whether it was."""

from dataclasses import dataclass, field

_WHOLE = 100
"""From here on a figure is printed without a fraction."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measurement, in its unit, with what it should not exceed or not fall short of."""

    name: str
    measured: float
    unit: str
    goal: float | None = None
    at_least: float | None = None
    beside: str = ""
    """What it is compared with, measured in the same run."""

    @property
    def verdict(self) -> str:
        """Whether the goal was reached."""
        if self.goal is None and self.at_least is None:
            return ""
        low = self.at_least is not None and self.measured < self.at_least
        high = self.goal is not None and self.measured > self.goal
        return "SHORT" if low or high else "reached"

    @property
    def to_reach(self) -> str:
        """The goal in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g} {self.unit}"
        return "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"


@dataclass
class Table:
    """Figures as they come in."""

    figures: list[Figure] = field(default_factory=list)

    def add(
        self,
        name: str,
        measured: float,
        unit: str,
        goal: float | None = None,
        beside: str = "",
        *,
        at_least: float | None = None,
    ) -> None:
        """Keep a figure and print it at once: some take minutes."""
        figure = Figure(
            name=name,
            measured=measured,
            unit=unit,
            goal=goal,
            at_least=at_least,
            beside=beside,
        )
        self.figures.append(figure)
        print(_row(figure), flush=True)

    def head(self) -> None:
        """Print what the columns are."""
        print("| figure | measured | to reach | | beside |")
        print("|---|---|---|---|---|")


def _row(figure: Figure) -> str:
    value = f"{figure.measured:.3g} {figure.unit}"
    if figure.measured >= _WHOLE:
        value = f"{figure.measured:.0f} {figure.unit}"
    return f"| {figure.name} | {value} | {figure.to_reach} | {figure.verdict} | {figure.beside} |"
