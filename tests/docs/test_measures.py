"""The reference of measures: every definition is on it, under its topic."""

from __future__ import annotations

from docs.generate import pages

from trueline.analyse.definitions import DEFINITIONS


def test_every_definition_has_its_row() -> None:
    text = pages()["measures.md"]

    for definition in DEFINITIONS.values():
        assert definition.topic, f"'{definition.key}' stands under no heading of definitions.yaml"
        rows = [line for line in text.splitlines() if f"| `{definition.key}` |" in line]
        assert len(rows) == 1
        for part in (definition.name, definition.meaning, definition.source, *definition.needs):
            assert part.replace("|", "\\|") in rows[0]
