"""The statements are declared as product.md has them, and are judged by their bounds and nothing else."""

from __future__ import annotations

from fractions import Fraction
from importlib import resources
from pathlib import Path

import pytest

from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure, Figures
from trueline.compare.statements import DecidedBy, Statement, read_statements
from trueline.compare.verdict import OWN_USE, Ground, Word, judge
from trueline.errors import Refused

ROWS = read_statements()
SAID = {said.key: said for row in ROWS for said in row.statements}
ATTRIBUTES = [
    "Definition",
    "What they share",
    "Business model",
    "Compensation structure",
    "Focus",
    "Recruitment",
    "Training and support",
    "Product focus",
    "Regulation",
    "Success rate",
]


def test_the_table_has_every_attribute_and_each_model_is_asked_something_in_each() -> None:
    assert [row.name for row in ROWS] == ATTRIBUTES
    for row in ROWS:
        asked = {said.of for said in row.statements}
        assert asked == {"both"} or asked >= {"MLM", "NM"}, row.name


def test_every_measure_of_the_table_is_defined_and_every_bound_fits_its_unit() -> None:
    for said in SAID.values():
        share = DEFINITIONS[said.metric].unit == "share"
        unit = " percentage points" if said.than_others else "%"
        assert said.confirmed.text.endswith(unit) == share, said.key
        assert said.contradicted.text.endswith(unit) == share, said.key
        assert said.why


def test_no_statement_rests_on_concentration_alone() -> None:
    assert not {said.metric for said in SAID.values()} & {"top_1_share", "top_10_share", "top_1_of_paid_share", "gini"}


def figures(metric: str, value: Fraction | None, interval: tuple[Fraction, Fraction] | None = None) -> Figures:
    return Figures.of([Figure(metric, value, interval=interval, missing=() if value is not None else ("receipts",))])


def verdict(
    said: Statement,
    value: Fraction | None,
    interval: tuple[Fraction, Fraction] | None = None,
    *,
    simulated: bool = False,
) -> tuple[Word, Ground]:
    found = judge(said, figures(said.metric, value, interval), [], simulated=simulated)
    return found.word, found.ground


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("0.01", Word.CONFIRMED),
        ("0", Word.CONFIRMED),
        ("0.0101", Word.NOT_DECIDED),
        ("0.0499", Word.NOT_DECIDED),
        ("0.05", Word.CONTRADICTED),
    ],
)
def test_recruited_only_is_confirmed_up_to_one_per_cent_and_contradicted_from_five(value: str, word: Word) -> None:
    assert verdict(SAID["recruited only"], Fraction(value)) == (word, Ground.MEASUREMENT)


def test_only_what_one_more_sale_pays_holds_by_construction() -> None:
    # In a company of one person every plan pays nothing on others: a share of rewards proves nothing of a plan.
    by_plan = {said.metric for said in SAID.values() if said.decided_by is DecidedBy.PLAN}
    assert by_plan == {"one_more_sale_rank_spread", "one_more_sale_within_distance_spread"}
    assert verdict(SAID["same for everyone"], Fraction(0)) == (Word.CONFIRMED, Ground.CONSTRUCTION)


def test_an_interval_has_to_lie_beyond_the_bound_as_a_whole() -> None:
    said = SAID["many lose"]
    assert verdict(said, Fraction(6, 10), (Fraction(55, 100), Fraction(65, 100)))[0] is Word.CONFIRMED
    assert verdict(said, Fraction(6, 10), (Fraction(49, 100), Fraction(71, 100)))[0] is Word.NOT_DECIDED


def test_the_ground_is_the_plan_the_assumption_or_the_measurement() -> None:
    assert verdict(SAID["same for everyone"], Fraction(0))[1] is Ground.CONSTRUCTION
    assert verdict(SAID["many lose"], Fraction(1), simulated=True)[1] is Ground.ASSUMPTION
    assert verdict(SAID["many lose"], Fraction(1))[1] is Ground.MEASUREMENT


def test_unknown_decides_nothing_and_names_what_is_missing() -> None:
    found = judge(SAID["many lose"], figures("net_loss_share", None), [], simulated=False)
    assert found.word is Word.NOT_DECIDED
    assert "receipts" in found.why


def test_higher_is_a_difference_to_the_other_plans() -> None:
    said = SAID["higher"]
    mine, other = figures(said.metric, Fraction(30, 100)), figures(said.metric, Fraction(20, 100))
    assert judge(said, mine, [other], simulated=False).value == Fraction(10, 100)
    assert judge(said, mine, [other], simulated=False).word is Word.CONFIRMED
    assert judge(said, other, [mine], simulated=False).word is Word.CONTRADICTED
    assert judge(said, mine, [], simulated=False).word is Word.NOT_DECIDED


def test_a_wrong_statement_is_refused_with_its_place(tmp_path: Path) -> None:
    text = resources.files("trueline.compare").joinpath("statements.yaml").read_text(encoding="utf-8")
    for old, new, message in [
        ("metric: net_loss_share", "metric: net_lost_share", "net_loss_share"),
        (
            "confirmed: at least 50%, contradicted: at most 25%, decided by: behaviour, why: More",
            "confirmed: over 50%, contradicted: at most 25%, decided by: behaviour, why: More",
            "'over 50%' is no bound",
        ),
        (
            "confirmed: at least 50%, contradicted: at most 25%, decided by: behaviour, why: More",
            "confirmed: at least 50%, contradicted: at least 25%, decided by: behaviour, why: More",
            "both bounds look the same way",
        ),
        ("of: NM", "of: everybody", "'of' is everybody. Write MLM, NM or both"),
    ]:
        assert old in text
        path = tmp_path / "statements.yaml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(Refused, match=message):
            read_statements(path)


def test_a_net_result_that_hangs_on_own_use_decides_nothing() -> None:
    def of(strict: int, lenient: int) -> Figures:
        return Figures.of(
            [Figure("net_loss_share", Fraction(strict, 100)), Figure("net_loss_share", Fraction(lenient, 100), OWN_USE)]
        )

    assert judge(SAID["many lose"], of(97, 60), [], simulated=False).word is Word.CONFIRMED
    hanging = judge(SAID["many lose"], of(97, 20), [], simulated=False)
    assert hanging.word is Word.NOT_DECIDED
    assert hanging.why == "97.0 %, but 20.0 % if own use is worth its price"
