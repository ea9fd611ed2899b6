"""Ways to damage a file: as bytes, as rows and columns, as a Parquet table, as a manifest or a state, or in its folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.plan.mutations import mutated

NUMBERS = ["9" * 19, "-" + "9" * 19, "9" * 400, "-1", "0", "0.000000001", "1e400", "NaN", "inf", "-0", "2/0", "٣"]
TEXTS = ["", "\0", "é", "🙂", "\u2028", "\x85", "x" * 200_000, '"', "'", "../../outside", "none", "unknown", "\ufeff"]
TIMES = ["0001-01-01", "9999-12-31", "2026-02-30", "2026-01-01T25:00:00", "10000-01-01", "2026-01-01T00:00:00+99:00"]
LEAVES: list[Any] = [None, True, -1, 10**40, 0.5, "", "\0", "../../outside", "x" * 5000, [], {}, [[[]]], {"a": {}}]

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
