"""Valid inputs damaged at random and given to the public command: plans, facts, pages, stored runs, options.

Whatever is damaged, the command ends with 0, 1 or 2, says why when it refuses, does not hang, and leaves nothing half
written in the store. ``python -m tests.properties.damage 10000`` tries that many, prints how each kind ended and every
input that ended otherwise; ``--seed`` and ``--kind`` narrow it down.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.plan.mutations import mutated

from trueline.cli.main import main
from trueline.facts import Facts
from trueline.facts.arrow import arrow_table

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "examples" / "company-minimal"
PLANS = sorted((ROOT / "plans").glob("reference-*.yaml"))
LARGE = {"vendor_affiliate_23725.yaml"}
"""Pages of thousands of members: each attempt would take seconds."""
PAGES = [page for page in sorted((ROOT / "cases").rglob("*.yaml")) if page.name not in LARGE]
MONTH = "2026-01"
LONGEST = 20
"""Seconds of processor time within which every command must have its answer; of the clock, so many times more."""
PATIENCE = 6

NUMBERS = ["9" * 19, "-" + "9" * 19, "9" * 400, "-1", "0", "0.000000001", "1e400", "NaN", "inf", "-0", "2/0", "٣"]
TEXTS = ["", "\0", "é", "🙂", "\u2028", "\x85", "x" * 200_000, '"', "'", "../../outside", "none", "unknown", "\ufeff"]
TIMES = ["0001-01-01", "9999-12-31", "2026-02-30", "2026-01-01T25:00:00", "10000-01-01", "2026-01-01T00:00:00+99:00"]
LEAVES: list[Any] = [None, True, -1, 10**40, 0.5, "", "\0", "../../outside", "x" * 5000, [], {}, [[[]]], {"a": {}}]


class TooLong(BaseException):
    """The command did not answer in time."""


@dataclass
class Ended:
    """How a command ended: its exit code, what it wrote, and what is wrong with that."""

    code: int
    out: str
    err: str
    wrong: list[str] = field(default_factory=list)


ALARMS = (
    (signal.SIGVTALRM, signal.ITIMER_VIRTUAL, LONGEST),
    (signal.SIGALRM, signal.ITIMER_REAL, LONGEST * PATIENCE),
)


def _late(*_: object) -> None:
    raise TooLong


def ended(arguments: list[str]) -> Ended:
    """Run the command in this process and judge how it ended. Findings may stand in the document of ``--json``."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors) for errors in ("strict", "replace")]
    for sign, timer, seconds in ALARMS:
        signal.signal(sign, _late)
        signal.setitimer(timer, seconds)
    try:
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            code = main(arguments)
    except TooLong:
        code = -1
    finally:
        for _, timer, _ in ALARMS:
            signal.setitimer(timer, 0)
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    found = Ended(code, *texts)
    if code not in {0, 1, 2}:
        found.wrong.append("hang" if code == -1 else f"exit {code}")
    if "Traceback" in found.err:
        found.wrong.append("traceback")
    if code == 2 and not found.err.strip() and not ("--json" in arguments and '"message"' in found.out):
        found.wrong.append("refused without a finding")
    return found


def half_written(store: Path) -> Iterator[str]:
    """What stands in a store although it is not whole."""
    for path in sorted(store.iterdir()):
        if path.name.startswith(".partial-"):
            yield f"{path.name} was left"
        elif path.name != "objects" and not (path / "manifest.json").is_file():
            yield f"{path.name} has no manifest"


def unsealed(store: Path) -> Iterator[str]:
    """Sealed files that are not what their names say."""
    for path in (store / "objects").rglob("*"):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"object {path.name} is not what its name says"


# One file, damaged as bytes.


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def damage(content: bytes, dice: random.Random) -> bytes:
        lines = content.splitlines(keepends=True) or [b""]
        change(lines, dice)
        return b"".join(lines)

    return damage


def _swap_lines(lines: list[bytes], dice: random.Random) -> None:
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _random_bytes(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content or b"\0")
    for _ in range(dice.choice([1, 1, 4, 40])):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _inserted(content: bytes, what: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    return content[:at] + what + content[at:]


def _number_replaced(content: bytes, dice: random.Random) -> bytes:
    """A run of digits becomes another number."""
    text = content.decode("utf-8", errors="replace")
    starts = [i for i, sign in enumerate(text) if sign.isdigit() and (i == 0 or not text[i - 1].isdigit())]
    if not starts:
        return content
    at = dice.choice(starts)
    end = at
    while end < len(text) and (text[end].isdigit() or text[end] in ".-"):
        end += 1
    return (text[:at] + dice.choice(NUMBERS + TIMES) + text[end:]).encode()


def _recoded(content: bytes, dice: random.Random) -> bytes:
    encoding = dice.choice(["utf-16", "utf-32", "utf-8-sig", "latin-1", "cp037", "utf-16-be"])
    return content.decode("utf-8", errors="replace").encode(encoding, errors="replace")


BYTES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "tokens": lambda content, dice: mutated(content.decode("utf-8", errors="replace"), dice).encode(
        errors="surrogatepass"
    ),
    "line deleted": _lines(lambda lines, dice: lines.pop(dice.randrange(len(lines))) and None),
    "line doubled": _lines(lambda lines, dice: lines.insert(dice.randrange(len(lines)), dice.choice(lines))),
    "lines swapped": _lines(_swap_lines),
    "random bytes": _random_bytes,
    "truncated": lambda content, dice: content[: dice.randrange(len(content) + 1)],
    "number replaced": _number_replaced,
    "text inserted": lambda content, dice: _inserted(content, dice.choice(TEXTS + NUMBERS + TIMES).encode(), dice),
    "nesting": lambda content, dice: _inserted(content, dice.choice([b"[", b"{a: ", b"- ", b"("]) * 3000, dice),
    "recoded": _recoded,
    "line ends": lambda content, dice: content.replace(b"\n", dice.choice([b"\r\n", b"\r", b"\n\n", b"\n\r"])),
    "emptied": lambda _, dice: dice.choice([b"", b"\n", b"   ", b"\xef\xbb\xbf", b"\0" * 100, b"#"]),
}


def damage_bytes(path: Path, dice: random.Random) -> str:
    """Damage a file as bytes; which way is returned."""
    how = dice.choice(list(BYTES))
    content = path.read_bytes()
    if how in {"tokens", "number replaced"} and len(content) > 20_000:
        at = dice.randrange(len(content) - 2000)  # a window is enough, and quick
        part = BYTES[how](content[at : at + 2000], dice)
        content = content[:at] + part + content[at + 2000 :]
    else:
        content = BYTES[how](content, dice)
    path.write_bytes(content)
    return how


# The file itself, damaged in its folder.


def damage_file(path: Path, dice: random.Random) -> str:
    """Put something else where the file was."""
    how = dice.choice(["missing", "folder", "unreadable", "circle of links", "link to nothing", "link to itself above"])
    path.unlink() if how != "unreadable" else path.chmod(0)
    if how == "folder":
        path.mkdir()
    elif how == "circle of links":
        other = path.with_name(path.name + "~")
        path.symlink_to(other)
        other.symlink_to(path)
    elif how == "link to nothing":
        path.symlink_to(path.parent / "nowhere")
    elif how == "link to itself above":
        path.symlink_to(path.parent)
    return how


def damage_text_file(path: Path, dice: random.Random) -> str:
    """Damage a file of text."""
    return damage_file(path, dice) if dice.random() < 0.05 else damage_bytes(path, dice)


# Tables.


def damage_csv(path: Path, dice: random.Random) -> str:
    """Damage a CSV file as rows and columns, or as text."""
    how = dice.choice(
        ["columns swapped", "headers swapped", "column dropped", "column doubled", "cell", "quote", *"xxxx"]
    )
    if how == "x":
        return damage_text_file(path, dice)
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    width = len(rows[0])
    one, other = dice.randrange(width), dice.randrange(width)
    if how == "cell":
        row = dice.randrange(1, len(rows))
        rows[row][one % len(rows[row])] = dice.choice(NUMBERS + TEXTS + TIMES + rows[dice.randrange(len(rows))])
    elif how == "quote":
        rows[dice.randrange(len(rows))][0] = '"'
    for number, row in enumerate(rows):
        if len(row) != width or (how == "headers swapped" and number):
            continue
        if how in {"columns swapped", "headers swapped"} and (number or how == "headers swapped"):
            row[one], row[other] = row[other], row[one]
        elif how == "column dropped":
            del row[one]
        elif how == "column doubled":
            row.append(row[one])
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    return how


def _floats(cells: pa.ChunkedArray, dice: random.Random) -> pa.Array:
    return pa.array([dice.choice([0.1, float("nan"), float("inf"), -1e308]) for _ in range(len(cells))])


WRONG_TYPES: dict[str, Callable[[pa.ChunkedArray, random.Random], Any]] = {
    "floats": _floats,
    "integers": lambda cells, dice: pa.array([dice.choice([2**63 - 1, -(2**63), 0, 7]) for _ in cells], pa.int64()),
    "unsigned": lambda cells, _: pa.array([2**64 - 1] * len(cells), pa.uint64()),
    "bytes": lambda cells, _: pa.array([b"\xff\xfe"] * len(cells), pa.binary()),
    "lists": lambda cells, _: pa.array([["a"]] * len(cells), pa.list_(pa.string())),
    "structs": lambda cells, _: pa.array([{"a": 1}] * len(cells)),
    "nulls": lambda cells, _: pa.nulls(len(cells)),
    "flags": lambda cells, _: pa.array([True] * len(cells)),
    "large text": lambda cells, _: pa.array(["a"] * len(cells), pa.large_string()),
    "dictionary": lambda cells, _: pa.array(["a", None] * len(cells), pa.string())[: len(cells)].dictionary_encode(),
    "dictionary of numbers": lambda cells, _: pa.array([5] * len(cells)).dictionary_encode(),
    "far times": lambda cells, dice: pa.array([dice.choice([2**53, -(2**53)])] * len(cells), pa.timestamp("s")),
    "zoned times": lambda cells, _: pa.array([1] * len(cells), pa.timestamp("ns", "Asia/Tokyo")),
    "odd zone": lambda cells, _: pa.array([1] * len(cells), pa.timestamp("ms", "+05:30")),
    "dates": lambda cells, dice: pa.array([dice.choice([-(2**31), 2**31 - 1, 0])] * len(cells), pa.date32()),
    "long dates": lambda cells, _: pa.array([86_400_000 * 10**6] * len(cells), pa.date64()),
    "clock": lambda cells, _: pa.array([1] * len(cells), pa.time32("s")),
    "durations": lambda cells, _: pa.array([1] * len(cells), pa.duration("s")),
    "decimals": lambda cells, _: pa.array([10**37] * len(cells), pa.decimal128(38, 0)),
    "wide decimals": lambda cells, _: pa.array([10**70] * len(cells), pa.decimal256(76, 4)),
    "text with NUL": lambda cells, _: pa.array(["a\0b"] * len(cells)),
}


def damage_parquet(path: Path, dice: random.Random) -> str:
    """Damage a Parquet file as a table, or as bytes."""
    if dice.random() < 0.3:
        return damage_file(path, dice) if dice.random() < 0.2 else damage_bytes(path, dice)
    table = pq.read_table(path)
    how = dice.choice([*WRONG_TYPES, "no rows", "column dropped", "column doubled", "names swapped", "rows doubled"])
    at = dice.randrange(table.num_columns)
    name = table.column_names[at]
    if how in WRONG_TYPES:
        table = table.set_column(at, name, WRONG_TYPES[how](table.column(at), dice))
    elif how == "no rows":
        table = table.slice(0, 0)
    elif how == "column dropped":
        table = table.remove_column(at)
    elif how == "column doubled":
        table = table.append_column(name, table.column(at))
    elif how == "names swapped":
        table = table.rename_columns([*table.column_names[at:], *table.column_names[:at]])
    else:
        table = pa.concat_tables([table, table])
    pq.write_table(table, path)
    return how


# A manifest.


def damage_manifest(path: Path, dice: random.Random) -> str:
    """Replace or delete one part of a manifest, or damage it as text."""
    if dice.random() < 0.3:
        return damage_text_file(path, dice)
    data = json.loads(path.read_text(encoding="utf-8"))
    places = [(part, key) for part, key in _places(data)]
    part, key = dice.choice(places)
    if dice.random() < 0.25:
        del part[key]
        how = "entry deleted"
    elif dice.random() < 0.3:
        other, there = dice.choice(places)
        part[key] = json.loads(json.dumps(other[there]))
        how = "entry of another"
    else:
        part[key] = dice.choice(LEAVES)
        how = "entry replaced"
    path.write_text(json.dumps(data), encoding="utf-8")
    return how


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    keys: Any = range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
    for key in list(keys):
        yield data, key
        yield from _places(data[key])


def forge(run: Path, dice: random.Random) -> str:
    """Damage a sealed input and seal it again under its new hash, as somebody might who wants to be believed."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    sealed = [manifest["plan"], *manifest["facts"]["files"]]
    if manifest["opening_state"]:
        sealed += [manifest["opening_state"]] * 4
    one = dice.choice(sealed)
    path = run.parent / "objects" / one["sha256"][:2] / one["sha256"]
    draft = run.parent / "draft.parquet"
    shutil.copyfile(path, draft)
    how = damage_state(draft, dice) if one is manifest["opening_state"] else damage_bytes(draft, dice)
    if not draft.is_file():
        return how
    content = draft.read_bytes()
    draft.unlink()
    one["sha256"] = hashlib.sha256(content).hexdigest()
    target = run.parent / "objects" / one["sha256"][:2] / one["sha256"]
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return f"forged, {how}"


def damage_state(path: Path, dice: random.Random) -> str:
    """Damage a state: its columns, or what it says about itself."""
    if dice.random() < 0.5:
        return damage_parquet_keeping_words(path, dice)
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"trueline state"])
    part, key = dice.choice(list(_places(about)))
    if dice.random() < 0.3:
        del part[key]
    else:
        part[key] = dice.choice([*LEAVES, "1/0", "-1", "2026-Q9", "2025-12"])
    pq.write_table(table.replace_schema_metadata({b"trueline state": json.dumps(about).encode()}), path)
    return "words of the state"


def damage_parquet_keeping_words(path: Path, dice: random.Random) -> str:
    """As :func:`damage_parquet`, with the metadata of the schema kept."""
    words = pq.read_schema(path).metadata
    how = damage_parquet(path, dice)
    with contextlib.suppress(OSError, pa.ArrowException):
        pq.write_table(pq.read_table(path).replace_schema_metadata(words), path)
    return how


# Kinds of input: each puts a damaged copy into a folder and says which command to run.

Shot = tuple[str, list[str]]


@dataclass
class Workshop:
    """The valid inputs, prepared once in ``folder``; a small company, its tables as Parquet, two stored runs."""

    folder: Path

    @classmethod
    def prepared(cls, folder: Path) -> Workshop:
        shop = cls(folder)
        shutil.copytree(COMPANY, shop.csv)
        _shorten(shop.csv)
        shop.parquet.mkdir()
        shutil.copyfile(shop.csv / "company.yaml", shop.parquet / "company.yaml")
        facts = Facts.read(shop.csv)
        for name, table in facts.tables.items():
            pq.write_table(arrow_table(table), shop.parquet / f"{name}.parquet")
        plan = str(shop.write_plan(folder))
        for arguments in (["--period", "2025-12"], ["--period", MONTH, "--state", f"{shop.store}/2025-12-stateful"]):
            found = ended(["run", plan, str(shop.csv), "--out", str(shop.store), *arguments])
            assert found.code == 0, found.err
        return shop

    @property
    def csv(self) -> Path:
        return self.folder / "csv"

    @property
    def parquet(self) -> Path:
        return self.folder / "parquet"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @staticmethod
    def write_plan(folder: Path) -> Path:
        path = folder / "stateful.yaml"
        path.write_text(STATEFUL, encoding="utf-8")
        return path

    # -- shots

    def plan(self, into: Path, dice: random.Random) -> Shot:
        file = into / "plan.yaml"
        shutil.copyfile(dice.choice([*PLANS, self.folder / "stateful.yaml"]), file)
        how = damage_text_file(file, dice)
        chosen = dice.random()
        if chosen < 0.7:
            return how, ["plan", "check", str(file)]
        if chosen < 0.85:
            return how, ["plan", "show", str(file), dice.choice(["--markdown", "--html"])]
        return how, ["run", str(file), str(self.csv), "--period", MONTH, "--out", str(into / "store")]

    def page(self, into: Path, dice: random.Random) -> Shot:
        file = into / "page.yaml"
        shutil.copyfile(dice.choice(PAGES), file)
        return damage_text_file(file, dice), ["case", str(file), *(["--json"] if dice.random() < 0.1 else [])]

    def facts_as_csv(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.csv, into / "facts")
        file = dice.choice(sorted((into / "facts").iterdir()))
        how = damage_csv(file, dice) if file.suffix == ".csv" else damage_text_file(file, dice)
        return how, self._on_facts(into, dice)

    def facts_as_parquet(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.parquet, into / "facts")
        file = dice.choice(sorted((into / "facts").glob("*.parquet")))
        return damage_parquet(file, dice), self._on_facts(into, dice)

    def _on_facts(self, into: Path, dice: random.Random) -> list[str]:
        if dice.random() < 0.7:
            return ["facts", "check", str(into / "facts")]
        plan = str(self.folder / "stateful.yaml")
        return ["run", plan, str(into / "facts"), "--period", MONTH, "--out", str(into / "store")]

    def stored_run(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.store, into / "store")
        run = into / "store" / f"{MONTH}-stateful"
        chosen = dice.random()
        if chosen < 0.35:
            how = damage_manifest(run / "manifest.json", dice)
        elif chosen < 0.55:
            how = forge(run, dice)
        elif chosen < 0.75:
            how = damage_state(run / "state.parquet", dice)
        elif chosen < 0.85:
            how = damage_parquet(run / f"{dice.choice(['lines', 'earnings', 'members'])}.parquet", dice)
        else:
            how = damage_bytes(dice.choice(sorted(p for p in (into / "store").rglob("*") if p.is_file())), dice)
        plan = str(self.folder / "stateful.yaml")
        following = ["run", plan, str(self.csv), "--period", "2026-02", "--state", str(run), "--dry"]
        return how, dice.choice(
            [
                ["replay", str(run)],
                ["replay", str(run), "--json"],
                ["explain", str(run), "lou-holt"],
                ["explain", str(run), "lou-holt", "--html", str(into / "page.html")],
                following,
                following,
            ]
        )

    def options(self, into: Path, dice: random.Random) -> Shot:
        """Options that nobody should write, a store that is not one, a run that has the name already."""
        plan, facts, out = str(self.folder / "stateful.yaml"), str(self.csv), into / "store"
        strange = [
            *NUMBERS,
            *TIMES,
            *TEXTS,
            "2026-01",
            "2026-W53",
            "2026-Q1",
            "0001",
            "9998",
            "9999-12",
            ".",
            "a/b",
            "x",
        ]
        strange = [text[:3000] for text in strange if "\0" not in text]  # no process can be given one
        option = dice.choice(["--period", "--to", "--state", "--name", "--booked-before", "--out", "store", "other"])
        if option == "other":
            text, run = dice.choice(strange), str(self.store / f"{MONTH}-stateful")
            return option, dice.choice(
                [
                    ["explain", run, text],
                    ["explain", run, "lou-holt", "--bonus", text],
                    ["explain", run, "lou-holt", "--why-not", text],
                    ["explain", run, "lou-holt", "--html", text if not text.strip(".x") else str(into / "no" / "x")],
                    ["plan", "show", plan, "--on", text],
                    ["plan", "check", text],
                    ["facts", "check", text],
                    ["replay", text],
                    ["case", text],
                    ["explain", text, "lou-holt"],
                ]
            )
        given = {"--period": MONTH, "--out": str(out)}
        if option == "store":
            option = damage_file_as_store(out, dice)
        elif option == "--out":
            given[option] = str(into / "elsewhere") + "/" + dice.choice(["x" * 300, "a/b/c", "é"])
        elif option == "--name":
            given[option] = dice.choice([*strange, "objects", "..", "../outside", ".partial-x", "objects/aa"])
        else:
            given[option] = dice.choice(strange)
        return option, ["run", plan, facts, *[part for pair in given.items() for part in pair]]


def damage_file_as_store(store: Path, dice: random.Random) -> str:
    """Something that is no store where the store should be."""
    how = dice.choice(["store is a file", "store is a circle of links", "run is a file", "objects is a file"])
    if how == "store is a circle of links":
        store.symlink_to(store)
    elif how == "store is a file":
        store.write_text("")
    else:
        store.mkdir()
    return how


KINDS: dict[str, float] = {
    "plan": 0.34,
    "page": 0.3,
    "facts_as_csv": 0.14,
    "facts_as_parquet": 0.08,
    "stored_run": 0.09,
    "options": 0.05,
}

STATEFUL = """\
plan: Stateful
currency: USD
period: month
volumes: {pv: 0.01, cv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
measures:
  own: orders(pv)
  all: lifetime(own)
  recent: last(3, own)
conditions:
  active: own >= 20
  steady: streak(active) >= 2
ranks:
  Member: active
  Builder: active and group(own) >= 200
bonuses:
  own sales: {kind: rebate, base: orders(cv), rate: 5%, hold until: steady}
  level: {kind: level, who: active, base: orders(cv), compression: dynamic, rates: {Member: [5%], Builder: [5%, 4%]}}
limits:
  payout: {from: 10, below: carry}
"""


def _shorten(folder: Path) -> None:
    """Only what the two months need, so that a thousand attempts take minutes and not hours."""
    orders = (folder / "orders.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in orders[1:] if "2025-12" in line or "2026-01" in line][:120]
    names = {line.split(",")[0] for line in kept}
    _write_rows(folder / "orders.csv", [orders[0], *kept])
    for file in ("order_lines.csv", "returns.csv"):
        rows = (folder / file).read_text(encoding="utf-8").splitlines()
        at = rows[0].split(",").index("order")
        _write_rows(folder / file, [rows[0], *[row for row in rows[1:] if row.split(",")[at] in names]])


def _write_rows(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def attempt(shop: Workshop, seed: int, kind: str = "") -> tuple[str, str, list[str], Ended]:
    """Damage one input, run the command, and give kind, damage, arguments and end."""
    dice = random.Random(seed)  # noqa: S311 - damage, not secrets
    chosen = dice.choices(list(KINDS), list(KINDS.values()))[0]
    kind = kind or chosen
    into = Path(tempfile.mkdtemp(dir=shop.folder, prefix="attempt-"))
    try:
        how, arguments = getattr(shop, kind)(into, dice)
        found = ended(arguments)
        if kind != "stored_run" and (into / "store").is_dir():  # nothing is stored beside a stored run
            found.wrong += [*half_written(into / "store"), *unsealed(into / "store")]
        return kind, how, arguments, found
    finally:
        shutil.rmtree(into, ignore_errors=True)


def arguments_of_script() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=list(KINDS), default="")
    return parser.parse_args()


def main_of_script() -> int:
    """Try, print what ended wrongly and how many ended how."""
    given = arguments_of_script()
    ends: Counter[tuple[str, str]] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as temporary:
        shop = Workshop.prepared(Path(temporary))
        for seed in range(given.seed, given.seed + given.count):
            began = time.monotonic()
            kind, how, arguments, found = attempt(shop, seed, given.kind)
            slowest = max(slowest, time.monotonic() - began)
            ends[kind, "; ".join(found.wrong) or f"exit {found.code}"] += 1
            if found.wrong:
                last = "\n".join(found.err.splitlines()[-6:])[-800:]
                said = f"seed {seed}, {kind}, {how}: {found.wrong} {' '.join(arguments)[:300]!r}\n{last}\n"
                print(said, flush=True)  # noqa: T201 - a script
    for (kind, end), count in sorted(ends.items()):
        print(f"{kind:18} {end:40} {count:7}")  # noqa: T201
    print(f"slowest: {slowest:.1f} s")  # noqa: T201
    return int(any(end not in {"exit 0", "exit 1", "exit 2"} for _, end in ends))


if __name__ == "__main__":
    sys.exit(main_of_script())
