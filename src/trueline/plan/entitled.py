"""``entitled: before each order``: what of a rate follows the orders of the period (docs/semantics.md, 7.13)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from trueline.plan import bonuses as made
from trueline.plan.arithmetic import number_type
from trueline.plan.steps import ExprStep, FoldStep, HistoryStep, TableStep, VolumeStep, reads
from trueline.plan.terms import BonusBuilder, Broken
from trueline.plan.typed import Add, NumberType, Ref, Typed, common_scale, references, whole_multiplier

_TABLE = "Name a table with 'cliff', or a measure that is one."
_MEASURE = "Write orders(V), group(V), or last(n, …) or lifetime(…) of one, and add only what reads no order."


def build_entitled(
    builder: BonusBuilder, rate: Typed, sources: made.Sources
) -> tuple[made.Entitled | None, made.Sources]:
    """How the rate follows the orders, None where it does not; and the sources with a base as fine as its cuts."""
    if builder.part.entitled == "at the end":
        return None, sources
    base = sources.base
    if base.grain == "member":
        raise _refused(builder, "entitled", "Rates before each order need a line for each.", "Add 'lines: order'.")
    assert base.volume is not None  # lines per order are refused without one
    if base.volume.window.form != "period":
        raise _refused(
            builder, "base", "Rates before each order need the orders of the period.", "Leave out its window."
        )
    name = _name(builder, rate)
    table = None if name is None else builder.scope.need(name)
    if name is None or not isinstance(table, TableStep) or table.form != "cliff" or not _numeric(builder, table):
        raise _refused(builder, "rate", "Before each order the rate must be a table of thresholds.", _TABLE)
    counted = _counted(builder, table.keys[0], base.volume)
    volume = _volume_of(builder, counted)
    if base.grain == "order" and volume.where != base.volume.where:
        message = "The base and the key of the table count different lines of an order."
        raise _refused(builder, "lines", message, "Write 'lines: order line', or the same 'where' in both.")
    key = number_type(Ref(table.keys[0], source=False, type=builder.scope.steps[table.keys[0]].type)).scale
    marks = key / table.key_times[0]
    unit = common_scale(base.volume.type.scale, marks)
    finer = whole_multiplier(base.volume.type.scale, unit)
    entitled = made.Entitled(
        name,
        table.keys[0],
        whole_multiplier(key, unit),
        volume,
        finer,
        counted.tree if isinstance(counted, FoldStep) else None,
        counted.cut if isinstance(counted, FoldStep) else None,
        tuple(int(row.at[0]) * whole_multiplier(marks, unit) for row in table.rows),
        (table.otherwise, *(row.value for row in table.rows)),
    )
    fine = replace(base, scale=base.scale / finer, sign=base.sign * finer)
    return entitled, replace(sources, base=fine)


def _refused(builder: BonusBuilder, key: str, message: str, remedy: str) -> Broken:
    builder.scope.find((*builder.path, key), message, remedy)
    return Broken()


def _name(builder: BonusBuilder, typed: Typed) -> str | None:
    """The step that an expression names, through measures that only name another."""
    found = None
    while isinstance(typed, Ref) and not typed.source:
        found, step = typed.step, builder.scope.need(typed.step)
        if not isinstance(step, ExprStep):
            return found
        typed = step.expression
    return found


def _step(builder: BonusBuilder, typed: Typed) -> object:
    name = _name(builder, typed)
    return None if name is None else builder.scope.need(name)


def _numeric(builder: BonusBuilder, table: TableStep) -> bool:
    return isinstance(builder.scope.steps[table.keys[0]].type, NumberType)


def _counted(builder: BonusBuilder, key: str, base: VolumeStep) -> VolumeStep | FoldStep:
    """X of the table's key: the one part that counts orders of this period."""
    step = builder.scope.steps[key]
    terms = _terms(builder, Ref(key, source=False, type=step.type), Fraction(1))
    live = [(term, sign) for term, sign in terms if _reads_orders(builder, term)]
    if len(live) == 1 and live[0][1] == 1:
        found = _step(builder, live[0][0])
        if isinstance(found, HistoryStep) and found.function in ("last", "lifetime"):
            found = _step(builder, Ref(found.argument, source=False, type=found.type))
        if isinstance(found, VolumeStep) and _same(found, base):
            return found
        if isinstance(found, FoldStep) and found.function == "group" and found.argument:
            inner = _step(builder, Ref(found.argument, source=False, type=found.type))
            if isinstance(inner, VolumeStep) and _same(inner, base):
                return found
    message = f"The key of this table does not follow the orders of '{base.volume}' alone."
    raise _refused(builder, "rate", message, _MEASURE)


def _same(step: VolumeStep, base: VolumeStep) -> bool:
    return step.how == "sum" and step.volume == base.volume and step.window.form == "period"


def _volume_of(builder: BonusBuilder, counted: VolumeStep | FoldStep) -> VolumeStep:
    if isinstance(counted, FoldStep):
        assert counted.argument is not None
        found = _step(builder, Ref(counted.argument, source=False, type=counted.type))
        assert isinstance(found, VolumeStep)
        return found
    return counted


def _terms(builder: BonusBuilder, typed: Typed, factor: Fraction) -> list[tuple[Typed, Fraction]]:
    """The parts of a sum, each with the factor by which it counts."""
    if isinstance(typed, Ref) and isinstance(step := builder.scope.need(typed.step), ExprStep):
        return _terms(builder, step.expression, factor)
    if isinstance(typed, Add):
        whole = typed.type.scale
        left = factor * typed.left_times * whole / number_type(typed.left).scale
        right = factor * typed.right_times * whole / number_type(typed.right).scale
        return _terms(builder, typed.left, left) + _terms(builder, typed.right, right)
    return [(typed, factor)]


def _reads_orders(builder: BonusBuilder, typed: Typed) -> bool:
    """Whether an expression depends on orders of this period; ranks and bonuses may."""
    waiting, seen = [ref.step for ref in references(typed)], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        step = builder.scope.need(name)
        if name in ("rank", "title", "qualified", "new", "active") or name.startswith("bonus:"):
            return True
        if isinstance(step, VolumeStep) and step.window.form != "previous period":
            return True
        if step is not None:
            waiting += [other for other, _ in reads(step)]
    return False
