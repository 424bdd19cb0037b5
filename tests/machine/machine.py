"""The machine: rules that do anything to a desk through two workers, and checks after each.

The rules draw numbers only, never from what the desk holds: the same numbers mean the same example.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar
from unittest import mock

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bridge.clock import SteppedClock
from bridge.desk import desk as desk_module
from bridge.desk.desk import Desk, DeskUnavailable, Refused, Registration
from bridge.desk.keys import Keys
from bridge.domain.staff import Gender, Level, Presence, Role
from bridge.settings import RoutingOverride, RoutingSettings, TimingSettings
from bridge.signaling.messages import FactName
from tests.machine import commands
from tests.machine.commands import KIOSKS, LANGUAGES, Command, Dice, Scene
from tests.machine.fairness import Exemption, Matching
from tests.machine.invariants import Invariants
from tests.machine.ledger import Ledger
from tests.machine.server import WORKERS, Laboratory
from tests.machine.state import Reader, State

#: Short limits, so that many are met; seldom swept, so that time may take long steps without a pause.
TIMING = TimingSettings(
    wait_limit_s=300,
    wrap_up_limit_s=120,
    wrap_up_extend_s=60,
    call_limit_s=600,
    serving_limit_s=600,
    away_limit_s=600,
    last_call_s=60,
    closure_limit_s=600,
    notice_limit_s=120,
    sweep_interval_s=10,
)
ROUTING = RoutingSettings(
    fluent_after_s=20,
    other_language_after_s=60,
    interpreted_after_s=120,
    languages={"so": RoutingOverride(fluent_after_s=0, other_language_after_s=0, interpreted_after_s=0)},
    wish_s=90,
    named_wait_s=60,
    ask_limit_s=300,
)
#: The longest step of time without a sweep that the desk does not take for a pause of its own.
STEP_S = desk_module.pause_ms(TIMING) // 1000 - 1
STEPS_AN_EXAMPLE = 200
PAIRS_ONLY = LANGUAGES[-1]
BEYOND_ALL_LIMITS_S = 2000
#: Instead of an answer that did not come.
_UNKNOWN = object()

DICE = st.binary(min_size=5, max_size=5)
WORKER = st.integers(0, WORKERS - 1)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([Role.ADVISOR, Role.ADVISOR, Role.INTERPRETER]),
        st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(list(Level)), min_size=1, max_size=3),
        st.sampled_from([Gender.WOMAN, Gender.MAN, None]),
    ),
    min_size=3,
    max_size=11,
)

COMMANDS = [st.tuples(st.just("command"), WORKER, st.sampled_from(group), DICE) for group in commands.GROUPS]
ONE_OF_SEVERAL = st.tuples(WORKER, st.sampled_from([*commands.EVERYTHING, *["match", "sweep", "same"] * 6]), DICE)
AT_ONCE = st.tuples(st.just("at_once"), st.lists(ONE_OF_SEVERAL, min_size=2, max_size=4))
AGAIN = st.tuples(st.just("again"), WORKER, st.integers(0, 255))
_HOW_TIME_PASSES = ["moment"] * 24 + ["ring"] * 6 + ["step"] * 6 + ["steps", "unheard", "pause", "back"]
TIME = st.tuples(st.just("time"), WORKER, st.sampled_from(_HOW_TIME_PASSES), st.integers(1, 5))
DESK = st.tuples(st.just("desk"), WORKER, st.sampled_from(["match"] * 20 + ["sweep"] * 10 + ["restart"]), DICE)
DEED = st.one_of([*COMMANDS, AT_ONCE, AGAIN, TIME, DESK])


class Statistics:
    """What the examples of a process came to: what they reached, and what they did not."""

    def __init__(self) -> None:
        self.steps = 0
        self.examples = 0
        self.repeated = 0
        self.restarts = 0
        self.commands: Counter[str] = Counter()
        self.facts: Counter[str] = Counter()
        self.exemptions: Counter[str] = Counter()

    def add(self, other: "Statistics") -> None:
        """Count those of another process too."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(value, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)

    def __str__(self) -> str:
        numbers = [f"{name} {value}" for name, value in vars(self).items() if isinstance(value, int)]
        lines = [", ".join(numbers)]
        for name, counted in vars(self).items():
            if isinstance(counted, Counter):
                told = sorted((getattr(what, "name", what), count) for what, count in counted.items())
                lines.append(f"{name}: " + ", ".join(f"{what} {count}" for what, count in told))
        missed = [str(name) for name in FactName if not self.facts[name]]
        lines.append(f"facts never seen: {', '.join(missed) or 'none'}")
        unused = [exemption.name for exemption in Exemption if not self.exemptions[exemption]]
        lines.append(f"exemptions never used: {', '.join(unused) or 'none'}")
        return "\n".join(lines)


def run(steps: int, seed: int) -> None:
    """So many steps, the same ones for the same seed. Raises what does not hold, with the shortest example found."""
    until = Machine.statistics.steps + steps
    # Some examples are shorter than they might be: then a few more.
    for round_ in itertools.count():
        left = until - Machine.statistics.steps
        if left <= 0:
            return
        run_state_machine_as_test(
            hypothesis.seed(f"{seed}.{round_}")(Machine),
            settings=hypothesis.settings(
                max_examples=-(-left // STEPS_AN_EXAMPLE),
                # The opening of a desk counts as one.
                stateful_step_count=STEPS_AN_EXAMPLE + 1,
                database=None,
                deadline=None,
                derandomize=False,
                print_blob=False,
                report_multiple_bugs=False,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
                verbosity=Verbosity.normal,
            ),
        )


class Machine(RuleBasedStateMachine):
    """One desk from its first hour to after its last."""

    laboratory: ClassVar[Laboratory]
    statistics: ClassVar[Statistics] = Statistics()
    _numbers: ClassVar["itertools.count[int]"] = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self._ids = itertools.count(1)
        # Few offers at once, so that a match often takes several runs.
        self._patched = mock.patch.multiple(desk_module, new_id=self._new_id, _OFFERS_AT_ONCE=2)
        self._patched.start()
        self._clock = SteppedClock()
        keys = Keys(f"machine-{next(self._numbers)}")
        self._desks = [Desk(redis, keys, self._clock, TIMING, ROUTING) for redis in self.laboratory.workers]
        self._reader = Reader(self.laboratory.reader, keys)
        self._invariants = Invariants(TIMING, ROUTING)
        self._ledger = Ledger(ROUTING)
        self._keys = itertools.count(1)
        self._done: list[tuple[Command, str, Any]] = []
        self._whole = True
        self._stays = False
        self.statistics.examples += 1

    # ------------------------------------------------------------------ rules

    @initialize(people=PEOPLE, stays=st.booleans())
    def a_desk_opens(self, people: list[tuple[Role, dict[str, Level], Gender | None]], stays: bool) -> None:
        """``stays``: at the end everybody stays connected, and time alone ends everything."""
        seats = [Registration(kiosk, "kiosk", {"name": kiosk, "municipality": "729"}, 1, 1) for kiosk in KIOSKS]
        for n, (role, languages, gender) in enumerate(people):
            # One language only interpreters speak: who asks for it needs a pair.
            mute = role is Role.ADVISOR and len(languages) > 1
            spoken = {str(one): str(level) for one, level in languages.items() if not mute or one != PAIRS_ONLY}
            profile = {"name": f"s{n}", "role": str(role), "languages": spoken, "gender": gender and str(gender)}
            seats.append(Registration(f"s{n}", "staff", profile, 1, 1))
        self._stays = stays
        run = self.laboratory.run
        run(self._desks[0].prepare())
        self._scene = Scene(self._clock, TIMING, self._reader.read(), {seat.id: seat for seat in seats})
        run(self._desks[0].register(seats))
        for seat in seats:
            worker = int(seat.id[1:]) % WORKERS
            page = self._scene.page_opened(worker, "kiosk" if seat.place == "kiosk" else "staff", seat.id)
            run(self._desks[worker].connect(page, claim=True))
            if seat.place == "staff":
                run(self._desks[worker].set_presence(seat.id, str(Presence.AVAILABLE), self._key()))
        self._look()

    @rule(deed=DEED)
    def does(self, deed: tuple[Any, ...]) -> None:
        """One step. In one rule: hypothesis leaves whole rules out of an example, and without some nothing happens."""
        kind, *how = deed
        self.statistics.steps += 1
        getattr(self, f"_{kind}")(*how)

    # ------------------------------------------------------------------ what the rule does

    def _command(self, worker: int, kind: str, dice: bytes) -> None:
        """A command; then often a match, as a bridge does after every command."""
        several = self._made(worker, kind, dice)
        answers = self._gather(several)
        for (_, command, key), answer in zip(several, answers, strict=True):
            self._remember(command, key, answer)
        # Of what is refused the next look tells whether it changed anything all the same.
        if not all(isinstance(answer, Refused) for answer in answers):
            self._look()
        if dice[-1] % 2 or not several:
            self._match(worker)

    def _made(self, worker: int, kind: str, dice: bytes) -> list[tuple[int, Command, str]]:
        """A command of this kind, or of another where there is nothing for it to be about."""
        for instead in (kind, *commands.INSTEAD):
            command = commands.MAKERS[instead](self._scene, Dice(dice), worker)
            if command:
                return [(worker, command, self._key())]
        return []

    def _at_once(self, several: list[tuple[int, str, bytes]]) -> None:
        """Commands of both workers under way at the same time. ``same``: the command before, by the other worker."""
        made: list[tuple[int, Command, str]] = []
        for worker, kind, dice in several:
            if kind == "same" and made:
                other, command, key = made[-1]
                made.append((1 - other, command, key if dice[0] % 2 else self._key()))
            elif kind in ("match", "sweep"):
                made.append((worker, Command(kind, keyed=False), ""))
            elif kind != "same":
                made += self._made(worker, kind, dice)
        answers = self._gather(made)
        given: dict[str, Any] = {}
        for (_, command, key), answer in zip(made, answers, strict=True):
            self._remember(command, key, answer)
            if command.keyed and not isinstance(answer, Refused):
                assert given.setdefault(key, answer) == answer, f"{command}: {given[key]!r} and {answer!r} with one key"
        self._look()

    def _again(self, worker: int, which: int) -> None:
        """A command that was carried out comes again with its key: the same answer, and nothing changes."""
        if not self._done:
            return
        self.statistics.repeated += 1
        command, key, answer = self._done[-1 - which % min(len(self._done), 40)]
        before = self._scene.state
        [repeated] = self._gather([(worker, command, key)])
        assert repeated == answer, f"{command}: first {answer!r}, then {repeated!r}"
        self._look()
        after = self._scene.state
        assert not after.facts, f"{command}: repeated, and something happened: {after.facts}"
        assert before.kept() == after.kept(), f"{command}: repeated, and something changed"

    def _time(self, worker: int, how: str, much: int) -> None:
        behind_s = (self._scene.state.now_ms - self._clock.now_ms()) / 1000
        if behind_s > 0 and how != "back" and much % 2:
            self._clock.advance(behind_s)
        match how:
            case "moment":
                self._a_while(worker, much)
            case "ring":
                self._a_while(worker, TIMING.ring_timeout_s + much)
            case "step":
                self._a_while(worker, STEP_S - much)
            case "steps":
                for _ in range(much):
                    self._a_while(worker, STEP_S)
            case "unheard":
                self._a_while(worker, STEP_S - much, renew=False)
            case "pause":
                self._a_while(worker, much * 150, renew=much % 2 == 0)
            case _:
                self._clock.advance(-much * 20)

    def _desk(self, worker: int, what: str, dice: bytes) -> None:
        """What the desk does by itself; and its server is killed and comes back."""
        match what:
            case "match":
                self._match(worker)
            case "sweep":
                self._sweep(worker)
            case _:
                self._restart(dice)

    # ------------------------------------------------------------------ how the rules are carried out

    def _remember(self, command: Command, key: str, answer: object) -> None:
        if command.keyed and not isinstance(answer, Refused):
            self._done.append((command, key, answer))

    def _gather(self, several: Sequence[tuple[int, Command, str]]) -> list[Any]:
        """The answers, refusals among them."""

        async def work() -> list[Any]:
            return await asyncio.gather(*(self._say(*one) for one in several))

        return self.laboratory.run(work())

    async def _say(self, worker: int, command: Command, key: str, *, may_fail: bool = False) -> Any:
        method = getattr(self._desks[worker], command.method)
        keyed = {"key": key} if command.keyed else {}
        self.statistics.commands[command.method] += 1
        try:
            answer = await method(*command.arguments, **dict(command.named), **keyed)
        except Refused as refused:
            self.statistics.commands[f"{command.method}: {refused.code}"] += 1
            note(f"  worker {worker}: {command} → refused, {refused.code}")
            return refused
        except DeskUnavailable as error:
            if may_fail:
                note(f"  worker {worker}: {command} → no answer")
                return _UNKNOWN
            self._whole = False
            raise AssertionError(f"{command}: the script failed: {error.__cause__}") from error
        note(f"  worker {worker}: {command} → {answer}")
        return answer

    def _new_id(self) -> str:
        """Not by chance, so that an example comes again as it was."""
        return f"i{next(self._ids)}"

    def _key(self) -> str:
        return f"key-{next(self._keys)}"

    def _look(self) -> State:
        """The desk as it is now, and everything that must hold."""
        state = self._scene.state = self._reader.read()
        try:
            self._ledger.follow(state)
            self._invariants.check(state)
        except BaseException:
            self._whole = False
            raise
        return state

    def _match(self, worker: int) -> None:
        matching = Matching(self._scene.state, self._scene.now_ms(), ROUTING)
        made = self.laboratory.run(self._desks[worker].match())
        note(f"  worker {worker}: match → {made}")
        # Of a match that made nothing the next look tells whether it changed anything all the same.
        facts = self._look().facts if made else []
        try:
            matching.follow(facts)
            matching.nobody_waits_in_vain()
            matching.pages_are_told(self._ledger.projection)
        except BaseException:
            self._whole = False
            raise
        self.statistics.exemptions.update(matching.exemptions)

    def _sweep(self, worker: int) -> bool:
        """Whether it was carried out, and not held back after a pause."""
        swept = self.laboratory.run(self._desks[worker].sweep())
        note(f"  worker {worker}: sweep → {swept}")
        state = self._look()
        if state.now_ms < int(state.meta.get("hold_until_ms", 0)):
            return False
        try:
            self._invariants.nothing_is_overdue(state)
        except BaseException:
            self._whole = False
            raise
        return True

    def _renew(self) -> None:
        for worker, desk in enumerate(self._desks):
            self.laboratory.run(desk.renew_leases([page for of, page in self._scene.open_pages if of == worker]))

    def _a_while(self, worker: int, seconds: float, *, renew: bool = True) -> None:
        """Time passes; then leases are renewed, and a worker sweeps and matches."""
        note(f"  {seconds} s later")
        self._clock.advance(seconds)
        if renew:
            self._renew()
        self._sweep(worker)
        self._match(1 - worker)

    def _restart(self, dice: bytes) -> None:
        """The server is killed, with or without commands under way; these come again with their keys.

        Whatever was acknowledged is still there, whatever was not is there wholly or not at all.
        """
        under_way = []
        for n in range(dice[0] % 4):
            kind = commands.EVERYTHING[dice[n + 1] % len(commands.EVERYTHING)]
            under_way += self._made(n % WORKERS, kind, dice[n:] + dice[:n])
        answers = self.laboratory.run(self._killed(under_way, patience=dice[4] % 8))
        note("  killed and started again")
        self.laboratory.start_again()
        self.statistics.restarts += 1
        self._look()
        for (worker, command, key), answer in zip(under_way, answers, strict=True):
            if command.keyed and not isinstance(answer, Refused):
                [repeated] = self._gather([(1 - worker, command, key)])
                known = answer is not _UNKNOWN
                assert not known or repeated == answer, f"{command}: first {answer!r}, then {repeated!r}"
                self._remember(command, key, repeated)
        self._look()

    async def _killed(self, under_way: Sequence[tuple[int, Command, str]], patience: int) -> list[Any]:
        """The answers to commands during which the server is killed; unknown where there was none."""
        tasks = [asyncio.ensure_future(self._say(*one, may_fail=True)) for one in under_way]
        for _ in range(patience):
            await asyncio.sleep(0)
        self.laboratory.kill()
        return list(await asyncio.gather(*tasks))

    # ------------------------------------------------------------------ the end

    def teardown(self) -> None:
        try:
            if self._whole and hasattr(self, "_scene"):
                self._everybody_goes()
        finally:
            self._patched.stop()
            self.statistics.facts.update(self._ledger.names)
            self.laboratory.forget()

    def _everybody_goes(self) -> None:
        self._clock.advance(max(0.0, (self._scene.state.now_ms - self._clock.now_ms()) / 1000))
        if not self._stays:
            while self._scene.open_pages:
                worker, page = self._scene.open_pages.pop()
                self.laboratory.run(self._desks[worker].disconnect(page))
        # Twice: what ends may open a wrap-up. Each time the desk takes it for a pause of its own, and holds.
        for _ in range(3):
            self._clock.advance(BEYOND_ALL_LIMITS_S)
            self._sweep(0)
            self._clock.advance(TIMING.restart_grace_s + 1)
            if self._stays:
                self._renew()
            self._sweep(1)
        self._invariants.nothing_is_left(self._scene.state)
        self._ledger.every_call_left_its_record()
