"""What is put together for a reader is joined as the language does: in Chinese by 、 or ；and
sentences by nothing. `core/i18n.py` has a joiner for each."""

from __future__ import annotations

import ast
import re

from tests.house.source import ROOT, place, python_files

JOINS = {", ", "; ", " "}
NO_SENTENCES = {
    "vipclub/web/api/document.py": "the API's own document is English",
    "vipclub/web/api/lists.py": "what it calls unknown is for programs",
    "vipclub/web/names.py": "names in Latin letters, whatever the reader's language",
}
IN_TEMPLATE = re.compile(r"""\|\s*join\(\s*["'](?:, |; | )["']""")


def joins_by_hand(code: str) -> list[int]:
    """Lines that join with English punctuation; taking double spaces out of a text is none."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "join"
        and isinstance(node.func.value, ast.Constant)
        and node.func.value.value in JOINS
        and not _splits(node.args)
    ]


def _splits(arguments: list[ast.expr]) -> bool:
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "split"
        for one in arguments
    )


def test_no_page_joins_with_english_punctuation() -> None:
    found = {
        place(path): lines
        for path in python_files("vipclub/web")
        if (lines := joins_by_hand(path.read_text()))
    }
    assert found.keys() == NO_SENTENCES.keys()


def test_no_template_does() -> None:
    templates = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.jinja")]
    assert templates
    assert [place(path) for path in templates if IN_TEMPLATE.search(path.read_text())] == []


def test_the_check_bites() -> None:
    assert joins_by_hand("said = '; '.join(clauses)\nrow = ' '.join(a for a in b)\n") == [1, 2]
    assert joins_by_hand("text = ' '.join(typed.split())\nline = ' · '.join(words)\n") == []
    assert IN_TEMPLATE.search("{{ form.text.errors | join(' ') }}")
    assert not IN_TEMPLATE.search("{{ figures | join(' · ') }}")
