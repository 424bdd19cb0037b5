"""Catalogues: every text of the pages exists in every language that is called complete."""

import pytest
from babel.messages.pofile import read_po

from bridge import assets
from bridge.pages.texts import Texts, catalogue_path
from bridge.service import load_service
from tests.texts import collected, missing_texts

SERVICE = load_service(assets.CONFIG)


@pytest.mark.parametrize("code", [code for code in SERVICE.page_languages if code != "en"])
def test_no_text_is_missing(code: str) -> None:
    missing = list(missing_texts(catalogue_path(assets.LOCALES, SERVICE.languages[code])))
    assert not missing, f"run `make texts` and translate: {missing}"


def test_the_catalogues_are_set_up_for_the_whole_list() -> None:
    texts = {message.id if isinstance(message.id, str) else message.id[0] for message in collected() if message.id}
    assert len(texts) > 250
    for language in SERVICE.languages.values():
        if language.code == "en":
            continue
        with catalogue_path(assets.LOCALES, language).open("rb") as file:
            known = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id}
        assert known == texts, f"{language.code}: run `make texts`"


def test_a_language_without_texts_is_shown_in_english() -> None:
    texts = Texts(SERVICE, assets.LOCALES)
    shown = texts.catalogue("th")
    assert shown is not None
    assert (shown.language.code, shown.language.direction) == ("en", "ltr")
    assert texts.catalogue("xx") is None


def test_the_page_language_is_what_the_browser_asks_for() -> None:
    texts = Texts(SERVICE, assets.LOCALES)
    assert texts.preferred("sv-FI,fi;q=0.9,en;q=0.5") == "fi"
    assert texts.preferred("ar") == "ar"
    assert texts.preferred("de,xx") == "en"
    assert texts.preferred("") == "en"


def test_arabic_has_all_its_plural_forms() -> None:
    texts = Texts(SERVICE, assets.LOCALES).catalogue("ar")
    assert texts is not None
    forms = texts.messages["{n} minute"]
    assert isinstance(forms, list)
    assert len(forms) == 6
    assert len(set(forms)) >= 4
