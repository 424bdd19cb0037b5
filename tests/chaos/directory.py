"""Who works and visits in a chaos run: more kiosks and staff than the demo desk has."""

from pathlib import Path

PHASES = ("waiting", "ringing", "talking", "wrap-up")

#: Each phase has a queue of its own, so that four cells of the table live through the same kill side by side.
LANGUAGE_OF_PHASE = {"waiting": "ar", "ringing": "ru", "talking": "so", "wrap-up": "fa"}
#: Nobody speaks it: whoever asks for it waits, and disturbs nobody.
BYSTANDERS_LANGUAGE = "ti"
#: Spoken by nobody's visitor: whoever speaks it is never rung.
CLERKS_LANGUAGE = "sv"

BYSTANDER, CLERK, BOARD = "bystander", "clerk", "board"

RANDOM_LANGUAGES = ("ar", "ru", "fi")
#: More than there are advisors, so that there are queues in which somebody can be passed over.
RANDOM_KIOSKS = tuple(f"library-{number}" for number in range(1, 13))
#: Two languages each, so that every queue is served by several and everybody by several queues.
RANDOM_ADVISORS = {
    "advisor-1": ("ar", "ru"),
    "advisor-2": ("ru", "fi"),
    "advisor-3": ("fi", "ar"),
    "advisor-4": ("ar", "ru"),
    "advisor-5": ("ru", "fi"),
}


def kiosks_of(phase: str) -> tuple[str, ...]:
    """The kiosks of a phase's group, in the order in which their visitors come."""
    return tuple(f"{phase}-kiosk-{number}" for number in (1, 2, 3))


def advisors_of(phase: str) -> tuple[str, ...]:
    """The advisors of a phase's group."""
    return tuple(f"{phase}-advisor-{number}" for number in (1, 2))


def write_directory(path: Path) -> None:
    """Write the kiosks and staff of a chaos run, in the form of config/demo.toml."""
    kiosks = [seat for phase in PHASES for seat in kiosks_of(phase)] + [*RANDOM_KIOSKS, BYSTANDER]
    rows = [f'[[kiosk]]\nid = "{seat}"\nname = "{seat}"\nmunicipality = "729"\n' for seat in kiosks]
    for phase in PHASES:
        rows += [_staff(seat, "advisor", (LANGUAGE_OF_PHASE[phase],)) for seat in advisors_of(phase)]
    rows += [_staff(seat, "advisor", languages) for seat, languages in RANDOM_ADVISORS.items()]
    rows += [_staff(CLERK, "advisor", (CLERKS_LANGUAGE,)), _staff(BOARD, "supervisor", ("fi",))]
    path.write_text("\n".join(rows), encoding="utf-8")


def _staff(seat: str, role: str, languages: tuple[str, ...]) -> str:
    spoken = ", ".join(f'{language} = "fluent"' for language in languages)
    return f'[[staff]]\nid = "{seat}"\nname = "{seat}"\nrole = "{role}"\nlanguages = {{ {spoken} }}\n'
