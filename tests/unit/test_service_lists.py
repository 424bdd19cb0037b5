"""The lists of the service, and what a wrong row is answered with."""

from collections import Counter
from pathlib import Path

import pytest

from bridge import assets
from bridge.accounts.demo import read_seats
from bridge.cli import main
from bridge.domain.staff import Role
from bridge.service import load_service
from bridge.settings import SettingsError


def test_the_lists_are_those_of_the_service() -> None:
    service = load_service(assets.CONFIG)
    assert list(service.languages) == (
        [
            "fi",
            "sv",
            "en",
            "ru",
            "uk",
            "et",
            "ar",
            "fa",
            "prs",
            "ckb",
            "kmr",
            "so",
            "sw",
            "ps",
            "th",
            "vi",
            "zh",
            "tr",
            "fr",
            "es",
            "sq",
            "ti",
        ]
    )
    assert {code for code, entry in service.languages.items() if entry.direction == "rtl"} == {
        "ar",
        "fa",
        "prs",
        "ckb",
        "ps",
    }
    assert service.page_languages == ("fi", "en", "ar")
    assert list(service.topics) == (
        [
            "work",
            "social",
            "health",
            "housing",
            "permit",
            "study",
            "family",
            "money",
            "everyday",
            "form",
            "leisure",
            "crisis",
            "other",
        ]
    )
    assert service.municipalities["077"].name == "Hankasalmi"
    assert len(service.municipalities) == 14


def test_the_demo_desk_is_what_was_asked_for() -> None:
    seats = read_seats(assets.CONFIG / "demo.toml", load_service(assets.CONFIG))
    assert [kiosk.municipality for kiosk in seats.kiosks] == ["729", "931"]
    assert Counter(member.role for member in seats.staff) == {
        Role.ADVISOR: 5,
        Role.INTERPRETER: 3,
        Role.SUPERVISOR: 1,
        Role.ADMINISTRATOR: 1,
        Role.MUNICIPALITY: 1,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[kiosk]]\nid = "k"\nname = "K"\nmunicipality = "999"\n', "kiosk 1: municipality: expected a three-digit"),
        (
            '[[staff]]\nid = "a"\nname = "A"\nrole = "advisor"\nlanguages = { xx = "native" }\n',
            "staff 1: languages: xx",
        ),
        ('[[staff]]\nid = "a"\nname = "A"\nrole = "boss"\nlanguages = {}\n', "staff 1: role: expected advisor,"),
        ('[[staff]]\nid = "a"\nname = "A"\nrole = "kiosk"\nlanguages = {}\n', "staff 1: role: expected a role"),
        (
            '[[kiosk]]\nid = "a"\nname = "K"\nmunicipality = "729"\n'
            '[[staff]]\nid = "a"\nname = "A"\nrole = "supervisor"\n',
            "id: a stands twice",
        ),
        ('[[kiosk]]\nid = "A B"\nname = "K"\nmunicipality = "729"\n', "kiosk 1: id: expected 1 to 40 small letters"),
        ("[[kiosk]\n", "not readable as TOML"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "people.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        read_seats(file, load_service(assets.CONFIG))
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[routing.languages.xx]\nfluent_after_s = 0\n",
            "routing.languages.xx: expected a code of config/languages.toml",
        ),
        ('[routing]\noffice_municipality = "999"\n', "routing.office_municipality: expected a code of config/munic"),
    ],
)
def test_routing_names_only_what_the_lists_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    file = tmp_path / "gloria.toml"
    file.write_text(text)
    assert main(["serve", "--config", str(file)]) == 2
    assert f"{file}: {words}" in capsys.readouterr().err
