"""What docs/security.md says is there: the tests it names, the files it names, and every gap told twice alike."""

import ast
import re

from bridge import assets

SECURITY = assets.ROOT / "docs" / "security.md"
_TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
_FILE = re.compile(r"`((?:bridge|tests|web|kiosk|docs|config)/[\w./-]+\.\w+)[`:]")
_ITEM = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{1,2}\b")
_MISSING = "## 5. What is missing"


def absent_tests(text: str) -> list[str]:
    """Of the tests that the text names as ``tests/….py::name``, those that no such file defines."""
    return [f"{path}::{name}" for path, name in _TEST.findall(text) if name not in defined_in(path)]


def defined_in(path: str) -> set[str]:
    """Names of the functions that pytest collects from this file."""
    file = assets.ROOT / path
    if not file.is_file():
        return set()
    found = ast.parse(file.read_text(encoding="utf-8")).body
    functions = {one.name for one in found if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name for name in functions if name.startswith("test_")}


def gaps_of_the_table(text: str) -> set[str]:
    """Numbers of the items whose row says "not met" or "partly"."""
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    said = [row[1] for row in rows if len(row) > 3 and row[2].strip().startswith(("**not met:**", "**partly:**"))]
    return {item for cell in said for item in _ITEM.findall(cell)}


def test_every_test_that_the_security_page_names_exists() -> None:
    text = SECURITY.read_text(encoding="utf-8")
    assert len(_TEST.findall(text)) > 80
    assert not absent_tests(text)


def test_a_name_that_is_wrong_is_found() -> None:
    here = "tests/unit/test_docs.py"
    right, wrong, helper = (
        f"{here}::{name}" for name in ("test_a_name_that_is_wrong_is_found", "test_of_nothing", "defined_in")
    )
    nowhere = "tests/unit/test_nowhere.py::test_a_name_that_is_wrong_is_found"
    text = f"| a | `{right}` | `{wrong}`, `{helper}`, `{nowhere}` |"
    assert absent_tests(text) == [wrong, helper, nowhere]


def test_every_file_that_the_security_page_names_exists() -> None:
    named = set(_FILE.findall(SECURITY.read_text(encoding="utf-8")))
    assert len(named) > 20
    assert not sorted(path for path in named if not (assets.ROOT / path).is_file())


def test_what_the_table_says_is_missing_stands_in_the_list_of_what_is_missing_and_nothing_else() -> None:
    table, heading, gaps = SECURITY.read_text(encoding="utf-8").partition(_MISSING)
    assert heading
    listed = set(_ITEM.findall(gaps.partition("\n## ")[0]))
    assert gaps_of_the_table(table) == listed
