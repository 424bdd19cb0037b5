"""Actors: kiosks, advisors and supervisors who speak whole sentences over real Socket.IO."""

from tests.actors.desk import DeskUnderTest
from tests.actors.people import Actor, AdvisorActor, InterpreterActor, KioskActor, SupervisorActor

__all__ = ["Actor", "AdvisorActor", "DeskUnderTest", "InterpreterActor", "KioskActor", "SupervisorActor"]
