"""Texts by language, from the gettext catalogues in web/locales.

A message is found by its English words, so English needs no catalogue. A language whose catalogue is not complete
(config/languages.toml) is shown in English.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from bridge.service import Language, Service


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language; ``messages`` maps English to the text, or to the forms of a plural."""

    language: Language
    messages: dict[str, str | list[str]]

    def wire(self) -> dict[str, Any]:
        """For the browser."""
        return {
            "code": self.language.code,
            "locale": self.language.locale,
            "direction": self.language.direction,
            "messages": self.messages,
        }

    def gettext(self) -> Callable[[str], str]:
        """The function templates translate with."""

        def translate(text: str) -> str:
            message = self.messages.get(text)
            return message if isinstance(message, str) and message else text

        return translate


class Texts:
    """Every catalogue of the service."""

    def __init__(self, service: Service, folder: Path) -> None:
        self._service = service
        self._catalogues = {
            code: Catalogue(service.languages[code], _messages(folder, service.languages[code]))
            for code in service.page_languages
        }

    def catalogue(self, code: str) -> Catalogue | None:
        """The texts to show for a language: its own, or English where they are not complete; None if unknown."""
        if code not in self._service.languages:
            return None
        return self._catalogues.get(code) or self._catalogues["en"]

    def preferred(self, accept_language: str) -> str:
        """The page language that a browser's Accept-Language asks for first; English when it names none."""
        for part in accept_language.split(","):
            code = part.split(";")[0].strip().split("-")[0].lower()
            if code in self._catalogues:
                return code
        return "en"


def catalogue_path(folder: Path, language: Language) -> Path:
    """Where a language's catalogue lies."""
    return folder / language.code / "LC_MESSAGES" / "gloria.po"


def _messages(folder: Path, language: Language) -> dict[str, str | list[str]]:
    if language.code == "en":
        return {}
    with catalogue_path(folder, language).open("rb") as file:
        catalogue = read_po(file)
    messages: dict[str, str | list[str]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        if isinstance(message.id, list | tuple):
            messages[message.id[0]] = [str(form) for form in message.string or ()]
        else:
            messages[message.id] = str(message.string)
    return messages
