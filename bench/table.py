"""The table of figures: what was measured, what was to be reached, and whether it was."""

from dataclasses import dataclass, field

_WHOLE = 100
"""From here on a figure is printed without a fraction."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measurement, in its unit, with what it should not exceed."""

    name: str
    measured: float
    unit: str
    goal: float | None = None
    beside: str = ""
    """What it is compared with, measured in the same run."""

    @property
    def verdict(self) -> str:
        """Whether the goal was reached."""
        if self.goal is None:
            return ""
        return "reached" if self.measured <= self.goal else "SHORT"


@dataclass
class Table:
    """Figures as they come in."""

    figures: list[Figure] = field(default_factory=list)

    def add(
        self, name: str, measured: float, unit: str, goal: float | None = None, beside: str = ""
    ) -> None:
        """Keep a figure and print it at once: some take minutes."""
        figure = Figure(name=name, measured=measured, unit=unit, goal=goal, beside=beside)
        self.figures.append(figure)
        print(_row(figure), flush=True)

    def head(self) -> None:
        """Print what the columns are."""
        print("| figure | measured | to reach | | beside |")
        print("|---|---|---|---|---|")


def _row(figure: Figure) -> str:
    goal = "" if figure.goal is None else f"≤ {figure.goal:g} {figure.unit}"
    value = f"{figure.measured:.3g} {figure.unit}"
    if figure.measured >= _WHOLE:
        value = f"{figure.measured:.0f} {figure.unit}"
    return f"| {figure.name} | {value} | {goal} | {figure.verdict} | {figure.beside} |"
