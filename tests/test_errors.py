"""Findings are shown with place and remedy, and refused all at once."""

from __future__ import annotations

import pytest

from trueline.errors import Finding, Findings, Refused, nearest


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        (
            Finding("plan.yaml", 3, 7, "Unknown key.", "Did you mean 'rates'?"),
            "plan.yaml:3:7: Unknown key. Did you mean 'rates'?",
        ),
        (Finding("plan.yaml", 3, 0, "Unknown key."), "plan.yaml:3: Unknown key."),
        (Finding("plan.yaml", 0, 0, "It is empty."), "plan.yaml: It is empty."),
        (Finding("plan.yaml", 0, 9, "It is empty."), "plan.yaml: It is empty."),
        (Finding("", 0, 0, "No period was given."), "No period was given."),
    ],
)
def test_a_finding_says_as_much_of_its_place_as_is_known(finding: Finding, shown: str) -> None:
    assert str(finding) == shown


def test_a_refusal_holds_every_finding_once_and_in_order_of_place() -> None:
    late = Finding("plan.yaml", 12, 1, "Late.")
    early = Finding("plan.yaml", 2, 1, "Early.")
    other = Finding("facts.csv", 40, 1, "Other.")

    refused = Refused([late, early, late, other])

    assert refused.findings == (other, early, late)
    assert str(refused) == "facts.csv:40:1: Other.\nplan.yaml:2:1: Early.\nplan.yaml:12:1: Late."


def test_findings_are_collected_before_anything_is_refused() -> None:
    findings = Findings()
    assert not findings
    findings.refuse_if_any()

    findings.add("plan.yaml", 2, 1, "First.")
    findings.add("plan.yaml", 1, 1, "Second.", "Remove it.")

    assert findings
    with pytest.raises(Refused) as refused:
        findings.refuse_if_any()
    assert [finding.message for finding in refused.value.findings] == ["Second.", "First."]


def test_each_collection_of_findings_is_its_own() -> None:
    Findings().add("plan.yaml", 1, 1, "Only here.")
    assert not Findings()


@pytest.mark.parametrize(
    ("name", "valid", "remedy"),
    [
        ("sliver", ["Gold", "Silver"], "Did you mean 'Silver'?"),
        ("SILVER", ["Gold", "Silver"], "Did you mean 'Silver'?"),
        ("zzz", ["Gold", "Silver"], "Known here: 'Gold', 'Silver'."),
        ("zzz", list("abcdefgh"), "Known here: 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'."),
        ("zzz", list("abcdefghij"), "Known here: 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 2 more."),
        ("zzz", [], ""),
        # a number that is another one belongs to somebody else; swapped digits and lost zeros are slips
        ("1003", ["1002", "1004"], "Known here: '1002', '1004'."),
        ("m-12", ["m-13", "m-21"], "Did you mean 'm-21'?"),
        ("7", ["1007", "007"], "Did you mean '007'?"),
        ("o13", ["o12", "p13"], "Did you mean 'p13'?"),
    ],
)
def test_the_remedy_for_an_unknown_name(name: str, valid: list[str], remedy: str) -> None:
    assert nearest(name, valid) == remedy
