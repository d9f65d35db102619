"""How a benchmark tells a figure: a line that people read, and that `make bench-all` collects."""

import re
from collections.abc import Iterable

_LINE = re.compile(r"^= (.+): (\S+)$", re.MULTILINE)


def tell(name: str, value: float) -> None:
    """Print a figure, to four places at least."""
    print(f"= {name}: {value:.4g}" if value < 1000 else f"= {name}: {value:.0f}", flush=True)


def told(output: str) -> Iterable[tuple[str, float]]:
    """The figures in what a benchmark has printed."""
    return [(name, float(value)) for name, value in _LINE.findall(output)]
