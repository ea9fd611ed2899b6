"""A real Chromium for tests that look at pages; where there is none, the tests say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
PHONE, DESK = (390, 844), (1280, 900)


@contextmanager
def opened(file: Path, size: tuple[int, int] = DESK) -> Iterator[tuple[Any, list[str]]]:
    """The page of a file as people see it, and every address that it asked for beside itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        yield page, [url for url in asked if url != file.as_uri()]
        browser.close()
