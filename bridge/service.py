"""The lists the service is described by: languages, topics, municipalities. Read from config/, checked at start."""

import tomllib
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bridge.settings import Settings, SettingsError

Entry = TypeVar("Entry", bound="ListEntry")


class ListEntry(BaseModel):
    """One row of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str


class Language(ListEntry):
    """A language of the kiosk. ``code`` routes a call; ``locale`` formats numbers and dates."""

    endonym: str
    finnish: str
    english: str
    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"
    catalogue: Literal["complete", "started"] = "started"


class Topic(ListEntry):
    """What a conversation was about; names by the language of a staff page."""

    fi: str
    en: str
    ar: str


class Municipality(ListEntry):
    """A municipality by Statistics Finland's three-digit code."""

    name: str


class Service:
    """The lists, by code, in the order of their files."""

    def __init__(
        self,
        languages: dict[str, Language],
        topics: dict[str, Topic],
        municipalities: dict[str, Municipality],
    ) -> None:
        self.languages = languages
        self.topics = topics
        self.municipalities = municipalities

    @property
    def page_languages(self) -> tuple[str, ...]:
        """Codes of the languages in which every text of the pages exists."""
        return tuple(code for code, entry in self.languages.items() if entry.catalogue == "complete")


def load_service(folder: Path) -> Service:
    """Read the lists from ``folder``. Raises SettingsError naming the file, the row and what was expected."""
    return Service(
        languages=read_list(folder / "languages.toml", "language", Language),
        topics=read_list(folder / "topics.toml", "topic", Topic),
        municipalities=read_list(folder / "municipalities.toml", "municipality", Municipality),
    )


def check_against_lists(settings: Settings, service: Service, source: str) -> None:
    """Hold what the settings say of languages and municipalities against the lists. Raises SettingsError.

    ``source``: where the settings come from, for the error.
    """
    for code in settings.routing.languages:
        if code not in service.languages:
            raise SettingsError(f"{source}: routing.languages.{code}: expected a code of config/languages.toml")
    own = settings.routing.office_municipality
    if own not in service.municipalities:
        raise SettingsError(
            f"{source}: routing.office_municipality: expected a code of config/municipalities.toml (got {own!r})"
        )


def read_list(path: Path, table: str, entry: type[Entry]) -> dict[str, Entry]:
    """The rows ``[[table]]`` of a TOML file, by code. Raises SettingsError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not readable as TOML: {error}") from None
    rows: dict[str, Entry] = {}
    for number, row in enumerate(document.get(table, []), start=1):
        try:
            item = entry.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"{path}: {table} {number}: {where}: {first['msg']}") from None
        if item.code in rows:
            raise SettingsError(f"{path}: {table} {number}: code: {item.code} stands twice; expected each once")
        rows[item.code] = item
    if not rows:
        raise SettingsError(f"{path}: expected at least one [[{table}]]")
    return rows
