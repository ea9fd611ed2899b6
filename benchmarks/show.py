"""The figures of a report as tables and as a picture in text."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH = 40
"""Characters that one decade of time takes in the picture."""


def show(report: dict[str, Any]) -> None:
    console = Console(width=130, highlight=False)
    threads = max(cell["threads"] for cell in report["sizes"][0]["cells"])
    console.print(f"{report['machine']['processors']} processors, best and median of {report['rounds']}", style="dim")
    console.print(runs(report, threads))
    console.print(picture(report, threads))
    console.print(ratios(report, threads))
    if any(size["peers"] for size in report["sizes"]):
        console.print(peers(report))
    if report["cold"]:
        console.print(cold(report["cold"]))


def table(title: str, *columns: str) -> Table:
    made = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right")
    return made


def cells(size: dict[str, Any], threads: int) -> dict[tuple[str, str], list[float]]:
    """(shape, mode) -> seconds of every round."""
    return {(cell["shape"], cell["mode"]): cell["seconds"] for cell in size["cells"] if cell["threads"] == threads}


def runs(report: dict[str, Any], threads: int) -> Table:
    made = table(
        f"A month, {threads} threads",
        *("tree and mode", "members", "depth", "lines", "facts s", "run s min", "median", "members/s"),
        *("× for 10×", "peak MB", "of it facts"),
    )
    peaks = {(cell["members"], cell["shape"], cell["mode"]): cell for cell in report["memory"]}
    before: dict[tuple[str, str], tuple[int, float]] = {}
    for size in report["sizes"]:
        members = size["members"]
        for (shape, mode), taken in cells(size, threads).items():
            best, about = min(taken), size["about"][shape]
            growth = ""
            if (shape, mode) in before:
                fewer, faster = before[shape, mode]
                growth = f"{(best / faster) ** (1 / math.log10(members / fewer)):.1f}"
            before[shape, mode] = (members, best)
            peak = peaks.get((members, shape, mode))
            made.add_row(
                f"{shape}, {mode}",
                f"{members:,}",
                f"{about['depth']:,}",
                f"{about['lines']:,}",
                f"{size['building'][shape]:.2f}",
                f"{best:.3f}",
                f"{median(taken):.3f}",
                f"{members / best:,.0f}",
                growth,
                f"{peak['peak'] / 1e6:,.0f}" if peak else "",
                f"{(peak['facts'] - peak['before']) / 1e6:,.0f}" if peak else "",
            )
        made.add_section()
    return made


def ratios(report: dict[str, Any], threads: int) -> Table:
    made = table(
        "Ratios of best times",
        "members",
        "deep / random",
        "the same with lines",
        "lines / totals",
        "deep",
        "1 thread / all",
    )
    for size in report["sizes"]:
        best = {key: min(taken) for key, taken in cells(size, threads).items()}
        alone = min(cells(size, 1)["random", "totals"])
        made.add_row(
            f"{size['members']:,}",
            f"{best['deep', 'totals'] / best['random', 'totals']:.2f}",
            f"{best['deep', 'lines'] / best['random', 'lines']:.2f}",
            f"{best['random', 'lines'] / best['random', 'totals']:.2f}",
            f"{best['deep', 'lines'] / best['deep', 'totals']:.2f}",
            f"{alone / best['random', 'totals']:.2f}",
        )
    return made


def peers(report: dict[str, Any]) -> Table:
    made = table(
        "Rebate, levels and difference by other means; the engine's time includes the pool",
        *("peer", "members", "tree", "peer s min", "engine s min", "peer / engine", "equal to the cent"),
    )
    for size in report["sizes"]:
        for peer in size["peers"]:
            best, engine = min(peer["seconds"]), min(peer["engine"])
            made.add_row(
                peer["peer"],
                f"{size['members']:,}",
                peer["shape"],
                f"{best:.3f}",
                f"{engine:.3f}",
                f"{best / engine:.2f}",
                "yes" if peer["equal"] else "NO",
            )
    return made


def cold(starts: dict[str, dict[str, float]]) -> Table:
    made = table("The first run in a fresh process, 100 members", "kernels", "imports s", "first run s", "second run s")
    for name, start in starts.items():
        made.add_row(name, f"{start['imports']:.2f}", f"{start['first']:.2f}", f"{start['second']:.4f}")
    return made


def picture(report: dict[str, Any], threads: int) -> str:
    """Best seconds on a logarithmic scale: equal steps to the right are equal factors."""
    lines = ["Growth with size: each '·' is ten times the time of the one before"]
    points = [(size, key, min(taken)) for size in report["sizes"] for key, taken in cells(size, threads).items()]
    least = math.floor(math.log10(min(best for _, _, best in points)))
    for size, (shape, mode), best in sorted(points, key=lambda point: (point[1], point[0]["members"])):
        length = round((math.log10(best) - least) * WIDTH / 2)
        bar = "".join("·" if place and place % (WIDTH // 2) == 0 else "█" for place in range(length))
        lines.append(f"{shape + ', ' + mode:<16}{size['members']:>11,} {bar} {best:.3f} s")
    return "\n".join(lines) + "\n"
