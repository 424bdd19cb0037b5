"""Collects the texts of the pages into the catalogues (`make texts`), and tells what is missing in one.

A text is collected from t("…") and tn("…", "…", n) in JavaScript and from _("…") in templates.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bridge import assets
from bridge.pages.texts import catalogue_path
from bridge.service import Language, load_service

_KEYWORDS = {"t": None, "tn": (1, 2), "_": None}
_JAVASCRIPT = [("**.js", "tests.texts:extract_javascript")]
_PLACES = (
    (assets.STATIC / "shared", _JAVASCRIPT),
    (assets.STATIC / "console", _JAVASCRIPT),
    (assets.STATIC / "supervisor", _JAVASCRIPT),
    (assets.STATIC / "linecheck", _JAVASCRIPT),
    (assets.KIOSK_PAGE, _JAVASCRIPT),
    (assets.TEMPLATES, [("**.html", "jinja2")]),
)
_STRING = r'"((?:[^"\\\n]|\\.)*)"'
_CALL = re.compile(rf"(?<![\w.])(tn?)\(\s*(?:{_STRING}\s*(?:,\s*{_STRING})?)?")

# Babel's locale for a language's plural forms, where it does not know the language itself.
_PLURALS_LIKE = {"prs": "fa", "kmr": "ku", "ckb": "ckb", "zh": "zh"}


_NOISE = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Project-Id-Version',
    '"Report-Msgid-Bugs-To',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
)


def extract_javascript(
    file: IO[bytes], *_: object, **__: object
) -> Iterator[tuple[int, str, str | tuple[str, str], list[str]]]:
    """The calls of t and tn in a module, for Babel, whose own extractor loses what stands in nested templates.

    Raises ValueError for a call whose text is not written out: nobody could translate it.
    """
    source = file.read().decode()
    for call in _CALL.finditer(source):
        name, one, many = call.groups()
        line = source.count("\n", 0, call.start()) + 1
        if one is None or (name == "tn" and many is None):
            if re.match(r"\s*(?:text|one)\b", source[call.end() :]) and "export function t" in source:
                continue
            raise ValueError(f"{file.name}:{line}: {name}() needs its text written out")
        yield line, name, (_unquoted(one), _unquoted(many)) if name == "tn" else _unquoted(one), []


def _unquoted(text: str) -> str:
    return str(json.loads(f'"{text}"'))


def collected() -> Catalog:
    """Every text of the pages."""
    template = Catalog(project="Gloria", charset="utf-8")
    for folder, methods in _PLACES:
        for file, line, message, comments, context in extract_from_dir(folder, methods, keywords=_KEYWORDS):
            where = (folder.relative_to(assets.ROOT) / file).as_posix()
            template.add(message, None, [(where, line)], auto_comments=comments, context=context)
    return template


def missing_texts(path: Path) -> Iterator[str]:
    """Texts of the pages that the catalogue lacks, or has with other {names} than the English."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in collected():
        if not message.id:
            continue
        found = catalogue.get(message.id)
        name = message.id[0] if isinstance(message.id, tuple | list) else message.id
        forms = [] if found is None else found.string if isinstance(found.string, tuple | list) else [found.string]
        if not forms or not all(forms) or (found is not None and found.fuzzy):
            yield f"missing: {name}"
        elif len(forms) == 1 and _names(name) != _names(str(forms[0])):
            yield f"other {{names}}: {name} -> {forms[0]}"


def _names(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


def update(path: Path, language: Language) -> None:
    """Bring a catalogue up to date: new texts empty, texts that are gone left out."""
    template = collected()
    locale = _PLURALS_LIKE.get(language.code, language.code)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    else:
        catalogue = Catalog(locale=locale, project="Gloria", charset="utf-8")
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, catalogue, width=120, ignore_obsolete=True, sort_by_file=True, include_lineno=False)
    # Dates and names that change with every run, or that nobody filled in, say nothing.
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(_NOISE)), encoding="utf-8")


def main() -> int:
    """Bring every catalogue up to date."""
    for language in load_service(assets.CONFIG).languages.values():
        if language.code == "en":
            continue
        path = catalogue_path(assets.LOCALES, language)
        update(path, language)
        count = sum(1 for _ in missing_texts(path))
        sys.stdout.write(f"{language.code:4} {count} missing\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
