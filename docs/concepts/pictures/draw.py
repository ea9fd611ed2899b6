"""Draws the pictures of the concepts as SVG: python docs/concepts/pictures/draw.py

Colours tell nothing that shape or words do not: active people are filled, inactive ones hollow and dashed, leaders have
a second ring. The palette is that of Okabe and Ito, which people with any colour vision can tell apart.
"""
# ruff: noqa: INP001 - a script beside its pictures

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
BLUE, GREEN, ORANGE, INK, GREY, PAPER = "#0072B2", "#00694D", "#A34700", "#1a1a1a", "#6b6b6b", "#ffffff"
DASHED = f'stroke="{GREY}" stroke-width="2.5" stroke-dasharray="5 4"'
FONT = "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"


def text(
    x: float, y: float, words: str, *, size: int = 16, fill: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{weight}'
    return f"<text {place}>{escape(words)}</text>"


def person(x: float, y: float, name: str, kind: str) -> str:
    """A circle: ``member`` and ``source`` filled, ``leader`` filled with a ring, ``inactive`` hollow and dashed."""
    shape = {
        "inactive": f'<circle cx="{x:g}" cy="{y:g}" r="17" fill="{PAPER}" {DASHED}/>',
        "source": f'<rect x="{x - 17:g}" y="{y - 17:g}" width="34" height="34" rx="6" fill="{INK}"/>',
    }.get(kind, f'<circle cx="{x:g}" cy="{y:g}" r="17" fill="{BLUE}"/>')
    ring = (
        f'<circle cx="{x:g}" cy="{y:g}" r="22" fill="none" stroke="{BLUE}" stroke-width="2.5"/>'
        if kind == "leader"
        else ""
    )
    return shape + ring + text(x, y + 6, name, fill=INK if kind == "inactive" else PAPER, anchor="middle", bold=True)


def line(
    x1: float, y1: float, x2: float, y2: float, *, colour: str = GREY, head: bool = False, dashed: bool = False
) -> str:
    end = f' marker-end="url(#{"green" if colour == GREEN else "grey"})"' if head else ""
    dash = ' stroke-dasharray="6 5"' if dashed else ""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="2.5"{dash}{end}/>'


def svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    def marker(name: str, colour: str) -> str:
        return (
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" '
            f'orient="auto"><path d="M0 0 10 5 0 10z" fill="{colour}"/></marker>'
        )

    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{FONT}">\n<title>{escape(title)}</title>\n'
        f"<defs>{marker('grey', GREY)}{marker('green', GREEN)}</defs>\n"
        f'<rect width="{width}" height="{height}" rx="10" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


UPLINES = (("B", "member", "Member"), ("C", "inactive", "Leader, not active"), ("D", "leader", "Leader"),
           ("E", "member", "Member"), ("F", "leader", "Leader"))  # fmt: skip
"""From the nearest upline up; a Member has a rate for level 1 only."""


def walk(title: str, outcomes: Sequence[tuple[str, str]]) -> str:
    """One line of uplines; per upline what happens there, and ``paid``, ``lost``, ``moved`` or nothing."""
    x, bottom, step = 40, 392, 64
    parts = [text(20, 30, title, size=18, bold=True), line(x, bottom, x, bottom - 5 * step)]
    parts += [person(x, bottom, "S", "source"), text(80, bottom + 6, "buys for 100.00")]
    for place, ((name, kind, says), (words, result)) in enumerate(zip(UPLINES, outcomes, strict=True), 1):
        y = bottom - place * step
        colour = {"paid": GREEN, "lost": ORANGE}.get(result, GREY)
        mark = {"paid": "✓ ", "lost": "✗ ", "moved": "↑ "}.get(result, "")
        parts.append(person(x, y, name, kind))
        parts.append(text(80, y - 5, says, size=14, fill=GREY))
        parts.append(text(80, y + 16, mark + words, fill=colour, bold=result in {"paid", "lost"}))
    return svg(440, 430, title, parts)


def none() -> str:
    return walk("No compression: all hold a level", [
        ("level 1: 10.00", "paid"), ("level 2: 5.00 is not paid", "lost"), ("level 3: 3.00", "paid"),
        ("beyond level 3", ""), ("beyond level 3", ""),
    ])  # fmt: skip


def standard() -> str:
    return walk("Standard: the inactive do not count", [
        ("level 1: 10.00", "paid"), ("passed over, holds no level", "moved"), ("level 2: 5.00", "paid"),
        ("level 3: 3.00 is not paid", "lost"), ("beyond level 3", ""),
    ])  # fmt: skip


def dynamic() -> str:
    return walk("Dynamic: the next who has a rate", [
        ("level 1: 10.00", "paid"), ("not qualified for level 2", "moved"), ("level 2: 5.00", "paid"),
        ("no rate for level 3", "moved"), ("level 3: 3.00", "paid"),
    ])  # fmt: skip


def roll_up() -> str:
    return walk("Roll up: levels keep their numbers", [
        ("level 1: 10.00", "paid"), ("level 2 rolls up", "moved"),
        ("level 2: 5.00 and level 3: 3.00", "paid"), ("beyond level 3", ""), ("beyond level 3", ""),
    ])  # fmt: skip


def volume() -> str:
    left, right, top, step = 55, 265, 100, 80
    parts = [text(20, 30, "Volume compression: volume moves up", size=18, bold=True)]
    parts += [text(20, 62, "before", fill=GREY), text(right - 35, 62, "after", fill=GREY)]
    parts += [line(left, top, left, top + 2 * step), line(right, top, right, top + 2 * step)]
    parts += [person(left, top, "A", "member"), text(90, top + 6, "120 points")]
    parts += [person(left, top + step, "B", "inactive"), text(90, top + step + 6, "20 points")]
    parts += [person(left, top + 2 * step, "C", "member"), text(90, top + 2 * step + 6, "70 points")]
    parts += [line(left + 16, top + step - 24, left + 50, top + 18, colour=GREEN, head=True)]
    parts += [text(left + 48, top + 46, "20 move up", size=14, fill=GREEN)]
    parts += [person(right, top, "A", "member"), text(300, top + 6, "120 + 20 = 140", fill=GREEN, bold=True)]
    parts += [person(right, top + 2 * step, "C", "member"), text(300, top + 2 * step + 6, "70 points")]
    parts += [text(285, top + step + 6, "now A's frontline", size=14, fill=GREEN)]
    return svg(480, 300, "Volume compression", parts)


def re_attachment() -> str:
    top, step = 100, 74
    parts = [text(20, 30, "Re-attachment: only leaders are uplines", size=18, bold=True)]
    parts += [text(20, 62, "before", fill=GREY), text(200, 62, "after: nobody is gone", fill=GREY)]
    people = (("A", "leader"), ("B", "member"), ("C", "member"), ("D", "leader"), ("E", "member"))
    parts += [line(55, top, 55, top + 4 * step)]
    parts += [person(55, top + place * step, name, kind) for place, (name, kind) in enumerate(people)]
    under = {"A": (315, top), "B": (225, top + 1.4 * step), "C": (315, top + 1.4 * step), "D": (405, top + 1.4 * step),
             "E": (405, top + 2.9 * step)}  # fmt: skip
    parts += [line(*under["A"], *under[name]) for name in "BCD"] + [line(*under["D"], *under["E"])]
    parts += [person(*under[name], name, kind) for name, kind in people]
    parts += [text(200, top + 4 * step - 14, "A and D are leaders.", size=14, fill=GREY)]
    parts += [text(200, top + 4 * step + 6, "Level 1 of A is now B, C and D.", size=14, fill=GREEN)]
    return svg(450, 425, "Re-attachment", parts)


def steps() -> str:
    boxes = (
        ("Facts", "members, orders, edges booked by the cut-off"),
        ("Trees", "as they stand at the end; derived trees"),
        ("Volumes", "orders less returns, per member"),
        ("Measures, conditions, ranks", "those that need each other from the bottom up"),
        ("Bonuses", "payment lines, rounded as the plan says"),
        ("Limits", "caps per member, then the company's"),
        ("Payout", "held, carried, paid"),
        ("State", "what the next period takes"),
    )
    parts, height, gap = [], 54, 24
    for place, (name, says) in enumerate(boxes):
        y = 16 + place * (height + gap)
        parts.append(
            f'<rect x="30" y="{y}" width="350" height="{height}" rx="8" '
            f'fill="#eaf3f9" stroke="{BLUE}" stroke-width="2"/>'
        )
        parts += [
            text(205, y + 23, name, anchor="middle", bold=True),
            text(205, y + 43, says, size=14, anchor="middle"),
        ]
        if place:
            parts.append(line(205, y - gap, 205, y - 2, head=True))
    loop = 16 + 3 * (height + gap)
    parts.append(f'<path d="M380 {loop + 14} h28 v26 h-20" fill="none" stroke="{ORANGE}" stroke-width="2.5"/>')
    parts.append(f'<path d="M390 {loop + 34} l-9 6 9 6z" fill="{ORANGE}"/>')
    return svg(424, 16 + 8 * (height + gap) - 8, "Order of steps", parts)


PICTURES: dict[str, Callable[[], str]] = {
    "compression-none": none,
    "compression-standard": standard,
    "compression-dynamic": dynamic,
    "compression-roll-up": roll_up,
    "compression-volume": volume,
    "compression-re-attachment": re_attachment,
    "steps": steps,
}

if __name__ == "__main__":
    for picture, drawn in PICTURES.items():
        (HERE / f"{picture}.svg").write_text(drawn(), encoding="utf-8")
