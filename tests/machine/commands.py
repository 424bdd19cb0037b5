"""What may be asked of a desk, chosen from what there is by a few dice: mostly sensible, now and then not.

The dice are drawn without a look at the desk, so that an example means the same however the desk answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from bridge.clock import SteppedClock
from bridge.desk.desk import IceCredentials, Page, Registration
from bridge.domain.call import CallChannel, CallState, WaitingNotice
from bridge.domain.routing import Wishes
from bridge.domain.staff import AwayReason, DeskWork, Gender, Level, Presence, Role
from bridge.settings import TimingSettings
from tests.machine.invariants import listed
from tests.machine.state import Raw, State

T = TypeVar("T")
LANGUAGES = ("ar", "fi", "so", "ru", "th")
KIOSKS = tuple(f"k{n}" for n in range(6))
SUPERVISOR = "boss"


class Dice:
    """Some bytes, thrown one after the other."""

    def __init__(self, thrown: bytes) -> None:
        self._left = list(thrown)

    def throw(self) -> int:
        """0 to 255."""
        return self._left.pop(0) if self._left else 0

    def pick(self, of: Sequence[T]) -> T:
        """One of them; there must be one."""
        return of[self.throw() % len(of)]

    def now_and_then(self, one_in: int = 8) -> bool:
        """True once in so many."""
        return self.throw() % one_in == one_in - 1


@dataclass(frozen=True)
class Command:
    """A method of Desk with its arguments; ``keyed``: with an idempotency key."""

    method: str
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    keyed: bool = True

    def __str__(self) -> str:
        said = [*(repr(one) for one in self.arguments), *(f"{name}={one!r}" for name, one in self.named)]
        return f"{self.method}({', '.join(said)})"


@dataclass
class Scene:
    """Who there is, and what the machine knows of them besides the desk."""

    clock: SteppedClock
    timing: TimingSettings
    state: State
    seats: dict[str, Registration]
    open_pages: list[tuple[int, Page]] = field(default_factory=list)
    """Worker and page."""
    pages: int = 0

    def staff(self) -> list[str]:
        return [id_ for id_, seat in self.seats.items() if seat.place == "staff"]

    def page_opened(self, worker: int, kind: Literal["kiosk", "staff"], id_: str) -> Page:
        """A page that is open from now on."""
        self.pages += 1
        page = Page(kind, id_, f"page-{self.pages}", f"line-{self.pages}")
        self.open_pages.append((worker, page))
        return page

    def now_ms(self) -> int:
        """The desk's time: it does not go back."""
        return max(self.clock.now_ms(), self.state.now_ms)


Maker = Callable[[Scene, Dice, int], Command | None]
MAKERS: dict[str, Maker] = {}


def _kind(make: Maker) -> Maker:
    MAKERS[make.__name__] = make
    return make


def _call(scene: Scene, dice: Dice, *states: CallState) -> Raw | None:
    calls = [call for call in scene.state.calls.values() if call["state"] in states]
    return dice.pick(sorted(calls, key=lambda call: str(call["id"]))) if calls else None


def _member(scene: Scene, dice: Dice, fits: Callable[[Raw], Any] = lambda member: True) -> str | None:
    members = sorted(id_ for id_, member in scene.state.staff.items() if fits(member))
    return dice.pick(members) if members else None


# ---------------------------------------------------------------------- visitors


@_kind
def join(scene: Scene, dice: Dice, worker: int) -> Command | None:
    kiosks = [id_ for id_, kiosk in scene.state.kiosks.items() if not kiosk.get("call") and kiosk["connected"]]
    kiosk = dice.pick(KIOSKS) if dice.now_and_then(24) else dice.pick(sorted(kiosks)) if kiosks else None
    if kiosk is None:
        return None
    chat = dice.pick([CallChannel.VIDEO, CallChannel.CHAT])
    how = dice.throw()
    # Mostly without wishes: calls are often in one queue.
    also = ((), (), (), ("fi",), ("ar", "ru"))[how % 5]
    gender = (None, None, None, Gender.WOMAN, Gender.MAN)[how // 5 % 5]
    return Command("join", (kiosk, dice.pick((*LANGUAGES, LANGUAGES[-1]))), (("wishes", Wishes(also, gender, chat)),))


@_kind
def leave(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, *CallState)
    if call is None:
        return None
    return Command("leave", (dice.pick(KIOSKS) if dice.now_and_then() else call["kiosk"], call["id"]))


@_kind
def renew_of_visitor(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, CallState.RINGING, CallState.CONNECTED)
    links = listed(call["links"]) if call else []
    if call is None or not links:
        return None
    link = dice.pick(links)
    return Command("renew_media", ("kiosk", call["kiosk"], call["id"], link["n"], link["generation"]))


# ---------------------------------------------------------------------- staff, at the desk


@_kind
def presence(scene: Scene, dice: Dice, worker: int) -> Command | None:
    wish = dice.pick([Presence.AVAILABLE] * 5 + [Presence.AWAY, Presence.AWAY, Presence.OFFLINE])
    resting = _member(scene, dice, lambda member: member["presence"] in (Presence.AWAY, Presence.OFFLINE))
    if wish is Presence.AVAILABLE and not resting:
        return None
    member = resting if wish is Presence.AVAILABLE and resting else dice.pick(scene.staff())
    reason = dice.pick([None, AwayReason.LUNCH, AwayReason.MEETING]) if wish is Presence.AWAY else None
    return Command("set_presence", (member, str(wish)), (("reason", reason and str(reason)),))


@_kind
def shift(scene: Scene, dice: Dice, worker: int) -> Command | None:
    member = _member(scene, dice)
    if member is None:
        return None
    in_s = dice.pick([None, None, None, -5, 3, 40, 90, 500])
    return Command("set_shift", (member, None if in_s is None else scene.now_ms() + in_s * 1000))


@_kind
def serve(scene: Scene, dice: Dice, worker: int) -> Command | None:
    resting = (Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE)
    member = _member(scene, dice, lambda member: member["presence"] in resting)
    member = member or _member(scene, dice)
    language = dice.pick([None, *LANGUAGES])
    return Command("serve", (member, str(dice.pick(list(DeskWork))), language)) if member else None


@_kind
def served(scene: Scene, dice: Dice, worker: int) -> Command | None:
    member = _member(scene, dice, lambda member: member.get("serving")) or _member(scene, dice)
    return Command("served", (member,)) if member else None


@_kind
def wrap_up(scene: Scene, dice: Dice, worker: int) -> Command | None:
    if not scene.state.wrapping:
        return None
    call = dice.pick(sorted(scene.state.wrapping))
    who = scene.state.wrapping[call]["staff"]
    said = dice.pick([([], [], None), (["work"], ["kela"], "advised"), (["housing"], [], "guided")])
    return Command("wrap_up", (who, call, *said, dice.pick(["available", "available", "available", "away"])))


@_kind
def extend_wrap_up(scene: Scene, dice: Dice, worker: int) -> Command | None:
    if not scene.state.wrapping:
        return None
    call = dice.pick(sorted(scene.state.wrapping))
    return Command("extend_wrap_up", (scene.state.wrapping[call]["staff"], call))


# ---------------------------------------------------------------------- staff, rung


def _seat(scene: Scene, dice: Dice) -> tuple[str, str] | None:
    rung = [
        (seat["staff"], offer["id"])
        for offer in scene.state.offers.values()
        for seat in offer["seats"]
        if not seat["accepted"] or dice.now_and_then()
    ]
    if not rung:
        return None
    staff, offer = dice.pick(sorted(rung))
    return (_member(scene, dice) or staff if dice.now_and_then(16) else staff), offer


@_kind
def accept(scene: Scene, dice: Dice, worker: int) -> Command | None:
    seat = _seat(scene, dice)
    return Command("accept", seat) if seat else None


@_kind
def decline(scene: Scene, dice: Dice, worker: int) -> Command | None:
    seat = _seat(scene, dice)
    return Command("decline", seat) if seat else None


# ---------------------------------------------------------------------- staff, in a call


def _in_call(scene: Scene, dice: Dice) -> tuple[Raw, str] | None:
    """A conversation and whoever serves; now and then somebody else."""
    call = _call(scene, dice, CallState.CONNECTED)
    if call is None:
        return None
    anybody = _member(scene, dice) if dice.now_and_then(16) else None
    return call, anybody or call["staff"]


@_kind
def end(scene: Scene, dice: Dice, worker: int) -> Command | None:
    found = _in_call(scene, dice)
    return Command("end", (found[1], found[0]["id"])) if found else None


@_kind
def ask_interpreter(scene: Scene, dice: Dice, worker: int) -> Command | None:
    found = _in_call(scene, dice)
    if found is None:
        return None
    spoken = [
        language
        for member in scene.state.staff.values()
        if member["role"] == Role.INTERPRETER
        for language in member["languages"]
    ]
    return Command("ask_interpreter", (found[1], found[0]["id"], dice.pick(sorted(spoken) or LANGUAGES)))


@_kind
def invite(scene: Scene, dice: Dice, worker: int) -> Command | None:
    found = _in_call(scene, dice)
    free = _member(scene, dice, lambda member: member["presence"] == Presence.AVAILABLE)
    colleague = free if free and not dice.now_and_then(4) else _member(scene, dice)
    return Command("invite", (found[1], found[0]["id"], colleague)) if found else None


@_kind
def cancel_ask(scene: Scene, dice: Dice, worker: int) -> Command | None:
    asking = [call for call in scene.state.calls.values() if call.get("ask")]
    if not asking:
        return None
    call = dice.pick(sorted(asking, key=lambda call: str(call["id"])))
    return Command("cancel_ask", (call["staff"], call["id"]))


@_kind
def step_out(scene: Scene, dice: Dice, worker: int) -> Command | None:
    several = [call for call in scene.state.calls.values() if len(call["people"]) > 1]
    advised = [call for call in several if sum(one["role"] == Role.ADVISOR for one in call["people"]) > 1]
    several = advised or several
    call = dice.pick(sorted(several, key=lambda call: str(call["id"]))) if several else None
    call = call or _call(scene, dice, CallState.CONNECTED)
    if call is None:
        return None
    return Command("step_out", (dice.pick(listed(call["people"]))["staff"], call["id"]))


@_kind
def transfer(scene: Scene, dice: Dice, worker: int) -> Command | None:
    found = _in_call(scene, dice)
    if found is None:
        return None
    language = dice.pick(LANGUAGES) if dice.throw() % 2 else None
    colleague = None if language else _member(scene, dice, lambda member: member["role"] == Role.ADVISOR)
    if not (language or colleague):
        return None
    return Command("transfer", (found[1], found[0]["id"]), (("language", language), ("colleague", colleague)))


@_kind
def renew_of_staff(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, CallState.RINGING, CallState.CONNECTED)
    links = listed(call["links"]) if call else []
    if call is None or not links:
        return None
    link = dice.pick(links)
    seen = link["generation"] - dice.throw() % 2
    return Command("renew_media", ("staff", link["a"], call["id"], link["n"], seen))


@_kind
def report_media(scene: Scene, dice: Dice, worker: int) -> Command | None:
    found = _in_call(scene, dice)
    media = {"route": dice.pick(["direct", "relay", "bridge"]), "good_s": dice.throw()}
    return Command("report_media", (found[1], found[0]["id"], media)) if found else None


@_kind
def open_path(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, CallState.RINGING, CallState.CONNECTED)
    links = listed(call["links"]) if call else []
    if call is None or not links:
        return None
    link = dice.pick(links)
    end_of_link = ("staff", link["a"]) if dice.throw() % 2 or link["b"] != "visitor" else ("kiosk", call["kiosk"])
    credentials = [IceCredentials(f"u{dice.throw()}", "p" * 22)]
    return Command("open_path", (call["id"], link["n"], *end_of_link, credentials), (("anew", True),), keyed=False)


# ---------------------------------------------------------------------- the supervisor's hand


@_kind
def raise_call(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, CallState.WAITING, CallState.RINGING)
    return Command("raise_call", (SUPERVISOR, call["id"])) if call else None


@_kind
def give_call(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, CallState.WAITING, CallState.RINGING)
    member = _member(scene, dice, lambda member: member["role"] == Role.ADVISOR) or _member(scene, dice)
    return Command("give_call", (SUPERVISOR, call["id"], member)) if call and member else None


@_kind
def move_call(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, CallState.WAITING, CallState.RINGING)
    return Command("move_call", (SUPERVISOR, call["id"], dice.pick(LANGUAGES))) if call else None


@_kind
def end_call(scene: Scene, dice: Dice, worker: int) -> Command | None:
    call = _call(scene, dice, *CallState)
    return Command("end_call", (SUPERVISOR, call["id"])) if call else None


@_kind
def set_staff(scene: Scene, dice: Dice, worker: int) -> Command | None:
    member = _member(scene, dice)
    wish = dice.pick([Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE])
    return Command("set_staff", (SUPERVISOR, member, str(wish))) if member else None


@_kind
def set_language(scene: Scene, dice: Dice, worker: int) -> Command | None:
    closed = sorted(scene.state.languages)
    if closed and not dice.now_and_then():
        return Command("set_language", (SUPERVISOR, dice.pick(closed), True))
    return Command("set_language", (SUPERVISOR, dice.pick(LANGUAGES), dice.now_and_then()))


@_kind
def set_notice(scene: Scene, dice: Dice, worker: int) -> Command | None:
    notice = dice.pick([None, *WaitingNotice])
    return Command("set_notice", (SUPERVISOR, dice.pick(["all", *LANGUAGES]), notice))


# ---------------------------------------------------------------------- pages that come and go


def _anybody(scene: Scene, dice: Dice) -> tuple[Literal["kiosk", "staff"], str]:
    staff = scene.staff()
    of_kiosks = not staff or dice.throw() % 2
    return ("kiosk", dice.pick(KIOSKS)) if of_kiosks else ("staff", dice.pick(staff))


@_kind
def connect(scene: Scene, dice: Dice, worker: int) -> Command | None:
    absent = [("kiosk", id_) for id_, kiosk in scene.state.kiosks.items() if not kiosk["connected"]]
    absent += [("staff", id_) for id_, member in scene.state.staff.items() if not member["connected"]]
    if not absent and not dice.now_and_then():
        return None
    kind, id_ = dice.pick(sorted(absent)) if absent else _anybody(scene, dice)
    page = scene.page_opened(worker, "kiosk" if kind == "kiosk" else "staff", id_)
    return Command("connect", (page,), (("claim", not dice.now_and_then(4)),), keyed=False)


@_kind
def connect_again(scene: Scene, dice: Dice, worker: int) -> Command | None:
    """The same page on another line, at this worker; the old line's end is told of later, or never."""
    if not scene.open_pages:
        return None
    _, page = dice.pick(scene.open_pages)
    scene.pages += 1
    page = replace(page, line=f"line-{scene.pages}")
    scene.open_pages.append((worker, page))
    return Command("connect", (page,), (("claim", dice.now_and_then(4)),), keyed=False)


@_kind
def disconnect(scene: Scene, dice: Dice, worker: int) -> Command | None:
    if not scene.open_pages:
        return None
    _, page = scene.open_pages.pop(dice.throw() % len(scene.open_pages))
    return Command("disconnect", (page,), keyed=False)


# ---------------------------------------------------------------------- the roster


def _changed(seat: Registration, **changes: Any) -> Registration:
    return replace(seat, revision=seat.revision + 1, **changes)


@_kind
def change_profile(scene: Scene, dice: Dice, worker: int) -> Command | None:
    id_ = dice.pick(scene.staff())
    profile = dict(scene.seats[id_].profile)
    match dice.throw() % 4:
        case 0:
            languages = dict(profile["languages"])
            languages[dice.pick(LANGUAGES)] = str(dice.pick(list(Level)))
            profile["languages"] = dict(list(languages.items())[-3:])
        case 1:
            profile["role"] = str(dice.pick([Role.ADVISOR, Role.ADVISOR, Role.INTERPRETER]))
        case 2:
            profile["gender"] = dice.pick([None, str(Gender.WOMAN), str(Gender.MAN)])
        case _:
            profile["name"] = f"{id_} {dice.throw()}"
    scene.seats[id_] = _changed(scene.seats[id_], profile=profile, active=True)
    return Command("register", ([scene.seats[id_]],), keyed=False)


@_kind
def remove_seat(scene: Scene, dice: Dice, worker: int) -> Command | None:
    id_ = dice.pick([*KIOSKS, *scene.staff()])
    if scene.seats[id_].active:
        scene.seats[id_] = _changed(scene.seats[id_], active=False)
    return Command("register", ([scene.seats[id_]],), keyed=False)


@_kind
def bring_back_seat(scene: Scene, dice: Dice, worker: int) -> Command | None:
    gone = [id_ for id_, seat in scene.seats.items() if not seat.active]
    if not gone:
        return None
    id_ = dice.pick(gone)
    scene.seats[id_] = _changed(scene.seats[id_], active=True)
    return Command("register", ([scene.seats[id_]],), keyed=False)


@_kind
def register_all(scene: Scene, dice: Dice, worker: int) -> Command | None:
    """What a worker does now and then: who is held is removed once they are free."""
    return Command("register", (list(scene.seats.values()),), keyed=False)


# ---------------------------------------------------------------------- what comes how often

#: One group is as likely as another, and in a group each entry.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("join",) * 8 + ("leave", "renew_of_visitor"),
    ("accept",) * 9 + ("decline",),
    ("accept", "accept", "decline", "presence", "presence", "presence"),
    ("presence", "presence", "presence", "wrap_up", "wrap_up", "wrap_up", "shift", "serve", "served", "extend_wrap_up"),
    ("end", "ask_interpreter", "invite", "transfer", "step_out", "wrap_up"),
    ("ask_interpreter", "invite", "cancel_ask", "step_out", "renew_of_staff", "report_media", "open_path"),
    ("raise_call", "give_call", "move_call", "end_call", "set_staff", "set_language", "set_notice", "join"),
    ("connect", "connect", "connect", "connect_again", "disconnect", "presence", "presence"),
    ("change_profile", "remove_seat", "bring_back_seat", "bring_back_seat", "register_all", "connect", "presence"),
)
#: Where there is nothing that a command could be about, the first of these that there is something for.
INSTEAD = ("connect", "presence", "accept", "join", "wrap_up")
EVERYTHING = [kind for group in GROUPS for kind in group]
assert set(EVERYTHING) == set(MAKERS), set(MAKERS) ^ set(EVERYTHING)
