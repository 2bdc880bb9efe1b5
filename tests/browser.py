"""Pages in a headless Chromium, which need not be there unless PENSTOCK_REQUIRE_BROWSER is set."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome")
                if (found := shutil.which(name))), None)  # fmt: skip
browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("PENSTOCK_REQUIRE_BROWSER"),
    reason="no chromium on this machine",
)

# Words of a figure whose boxes meet, and cells whose words are wider than they are.
FAULTS = """
const page = frame.contentDocument, found = [];
for (const figure of page.querySelectorAll('svg')) {
  const texts = [...figure.querySelectorAll('text')];
  const words = texts.map(word => [word.textContent, word.getBoundingClientRect()]);
  words.forEach(([one, a], i) => words.slice(i + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 2) found.push(figure.ariaLabel + ': ' + one + ' / ' + other);
  }));
}
for (const cell of page.querySelectorAll('td, th, dd, li'))
  if (cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).display != 'inline')
    found.push('cell: ' + cell.textContent.trim());
document.body.dataset.faults = found.join('|');
"""


def browse(folder: Path, page: str, *flags: str) -> tuple[str, str]:
    """The document after it was laid out, and what the browser had to say."""
    assert BROWSER, "no chromium, and PENSTOCK_REQUIRE_BROWSER is set"
    (folder / "index.html").write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}",
            "--window-size=1280,2000", *flags, (folder / "index.html").as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr


def asked(folder: Path, page: str, script: str, name: str, width: int = 1200) -> str:
    """What `script` wrote to `document.body.dataset[name]` of a page that holds `page` as `frame`.

    A frame, since pages forbid scripts of their own and a window has a least width.
    """
    frame = f'<iframe id="frame" style="width:{width}px;height:900px;border:0"></iframe>'
    load = f"frame.onload = () => {{ {script} }}; frame.srcdoc = document.body.dataset.page;"
    held = f'<!doctype html><body data-page="{escape(page)}">{frame}<script>{load}</script></body>'
    document, _ = browse(folder, held, "--dump-dom")
    found = re.search(rf'data-{name}="([^"]*)"', document)
    assert found, "the script did not end"
    return unescape(found[1])


def faults(folder: Path, page: str, width: int = 1200) -> list[str]:
    """Words that lie over each other or run out of their cells."""
    told = asked(folder, page, FAULTS, "faults", width)
    return told.split("|") if told else []
