"""Who may do what, and to whose: the one table that authorises, for sockets and for HTTP.

An *act* is anything that can be asked of Gloria: a message of a page, a page itself, a form, a JSON route. What is not
in the table is not allowed. ``Whose`` says what the act may be done to: one's own call is not somebody else's.
"""

from collections.abc import Mapping
from enum import StrEnum

from bridge.domain.staff import Role


class Act(StrEnum):
    """Everything that can be asked. Of a message, the value is its event's name on the wire."""

    # messages of pages
    JOIN = "call.join"
    LEAVE = "call.leave"
    END = "call.end"
    SET_PRESENCE = "staff.presence"
    ACCEPT = "offer.accept"
    DECLINE = "offer.decline"
    WRAP_UP = "contact.wrap_up"
    EXTEND_WRAP_UP = "contact.extend"
    SERVE = "staff.serve"
    SERVED = "staff.served"
    SET_SHIFT = "staff.shift"
    ASK_INTERPRETER = "call.ask_interpreter"
    INVITE = "call.invite"
    CANCEL_ASK = "call.cancel_ask"
    TRANSFER = "call.transfer"
    STEP_OUT = "call.step_out"
    RAISE_CALL = "board.raise"
    GIVE_CALL = "board.give"
    MOVE_CALL = "board.move"
    END_CALL = "board.end"
    SET_STAFF = "board.staff"
    SET_LANGUAGE = "board.language"
    SET_NOTICE = "board.notice"
    RENEW = "media.renew"
    DESCRIBE = "media.describe"
    CANDIDATE = "media.candidate"
    ASK_PATHS = "media.paths"
    REPORT = "media.report"
    CHAT = "media.chat"
    RESTART = "media.restart"

    # for anybody, signed in or not
    FIRST_PAGE = "page.first"
    HEALTH = "health"
    TEXTS = "texts"
    API_DESCRIPTION = "api.description"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ENROL = "kiosk.enrol"
    DEMO_SIGN_IN = "demo.sign_in"
    LINE_CHECK = "line_check"

    # pages of those who are signed in
    KIOSK_PAGE = "page.kiosk"
    CONSOLE_PAGE = "page.console"
    BOARD_PAGE = "page.board"
    ACCOUNT = "account.own"
    SEE_STAFF = "staff.see"
    CHANGE_STAFF = "staff.change"
    SEE_KIOSKS = "kiosks.see"
    CHANGE_KIOSKS = "kiosks.change"
    SEE_AUDIT = "audit.see"
    SEE_FIGURES = "figures.see"
    SEE_LINE_CHECKS = "line_checks.see"


class Whose(StrEnum):
    """What an act may be done to.

    Calls and municipalities are held against it where the act arrives (signaling/commands.py, pages); offers, wrap-ups
    and whatever else is live by the desk's scripts, in the same instant as the act.
    """

    OWN_KIOSK = "own_kiosk"
    OWN_DESK = "own_desk"
    OWN_CALL = "own_call"
    OWN_OFFER = "own_offer"
    OWN_WRAP_UP = "own_wrap_up"
    OWN_PAGE = "own_page"
    OWN_ACCOUNT = "own_account"
    OWN_MUNICIPALITY = "own_municipality"
    ANY = "any"


#: Those who sign in with a name and a password.
STAFF_ROLES = frozenset(
    {Role.ADVISOR, Role.INTERPRETER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.MUNICIPALITY},
)

FOR_ANYBODY = frozenset(
    {
        Act.FIRST_PAGE,
        Act.HEALTH,
        Act.TEXTS,
        Act.API_DESCRIPTION,
        Act.SIGN_IN,
        Act.SIGN_OUT,
        Act.ENROL,
        Act.DEMO_SIGN_IN,
        Act.LINE_CHECK,
    }
)

RIGHTS: Mapping[tuple[Role, Act], Whose] = {
    (Role.KIOSK, Act.JOIN): Whose.OWN_KIOSK,
    (Role.KIOSK, Act.LEAVE): Whose.OWN_CALL,
    (Role.KIOSK, Act.RENEW): Whose.OWN_CALL,
    (Role.KIOSK, Act.DESCRIBE): Whose.OWN_CALL,
    (Role.KIOSK, Act.CANDIDATE): Whose.OWN_CALL,
    (Role.KIOSK, Act.ASK_PATHS): Whose.OWN_CALL,
    (Role.KIOSK, Act.CHAT): Whose.OWN_CALL,
    (Role.KIOSK, Act.RESTART): Whose.OWN_CALL,
    (Role.ADVISOR, Act.SET_PRESENCE): Whose.OWN_DESK,
    (Role.ADVISOR, Act.ACCEPT): Whose.OWN_OFFER,
    (Role.ADVISOR, Act.DECLINE): Whose.OWN_OFFER,
    (Role.ADVISOR, Act.END): Whose.OWN_CALL,
    (Role.ADVISOR, Act.WRAP_UP): Whose.OWN_WRAP_UP,
    (Role.ADVISOR, Act.RENEW): Whose.OWN_CALL,
    (Role.ADVISOR, Act.DESCRIBE): Whose.OWN_CALL,
    (Role.ADVISOR, Act.CANDIDATE): Whose.OWN_CALL,
    (Role.ADVISOR, Act.ASK_PATHS): Whose.OWN_CALL,
    (Role.ADVISOR, Act.CHAT): Whose.OWN_CALL,
    (Role.ADVISOR, Act.REPORT): Whose.OWN_CALL,
    (Role.ADVISOR, Act.EXTEND_WRAP_UP): Whose.OWN_WRAP_UP,
    (Role.ADVISOR, Act.SERVE): Whose.OWN_DESK,
    (Role.ADVISOR, Act.SERVED): Whose.OWN_DESK,
    (Role.ADVISOR, Act.SET_SHIFT): Whose.OWN_DESK,
    (Role.ADVISOR, Act.ASK_INTERPRETER): Whose.OWN_CALL,
    (Role.ADVISOR, Act.INVITE): Whose.OWN_CALL,
    (Role.ADVISOR, Act.CANCEL_ASK): Whose.OWN_CALL,
    (Role.ADVISOR, Act.TRANSFER): Whose.OWN_CALL,
    (Role.ADVISOR, Act.STEP_OUT): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.SET_PRESENCE): Whose.OWN_DESK,
    (Role.INTERPRETER, Act.SET_SHIFT): Whose.OWN_DESK,
    (Role.INTERPRETER, Act.ACCEPT): Whose.OWN_OFFER,
    (Role.INTERPRETER, Act.DECLINE): Whose.OWN_OFFER,
    (Role.INTERPRETER, Act.STEP_OUT): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.RENEW): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.DESCRIBE): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.CANDIDATE): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.ASK_PATHS): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.CHAT): Whose.OWN_CALL,
    (Role.INTERPRETER, Act.RESTART): Whose.OWN_CALL,
    (Role.ADVISOR, Act.RESTART): Whose.OWN_CALL,
    (Role.SUPERVISOR, Act.RAISE_CALL): Whose.ANY,
    (Role.SUPERVISOR, Act.GIVE_CALL): Whose.ANY,
    (Role.SUPERVISOR, Act.MOVE_CALL): Whose.ANY,
    (Role.SUPERVISOR, Act.END_CALL): Whose.ANY,
    (Role.SUPERVISOR, Act.SET_STAFF): Whose.ANY,
    (Role.SUPERVISOR, Act.SET_LANGUAGE): Whose.ANY,
    (Role.SUPERVISOR, Act.SET_NOTICE): Whose.ANY,
    (Role.KIOSK, Act.KIOSK_PAGE): Whose.OWN_PAGE,
    (Role.ADVISOR, Act.CONSOLE_PAGE): Whose.OWN_PAGE,
    (Role.INTERPRETER, Act.CONSOLE_PAGE): Whose.OWN_PAGE,
    (Role.SUPERVISOR, Act.BOARD_PAGE): Whose.OWN_PAGE,
    (Role.ADMINISTRATOR, Act.SEE_STAFF): Whose.ANY,
    (Role.ADMINISTRATOR, Act.CHANGE_STAFF): Whose.ANY,
    (Role.ADMINISTRATOR, Act.SEE_KIOSKS): Whose.ANY,
    (Role.ADMINISTRATOR, Act.CHANGE_KIOSKS): Whose.ANY,
    (Role.ADMINISTRATOR, Act.SEE_AUDIT): Whose.ANY,
    (Role.ADMINISTRATOR, Act.SEE_LINE_CHECKS): Whose.ANY,
    (Role.SUPERVISOR, Act.SEE_LINE_CHECKS): Whose.ANY,
    (Role.MUNICIPALITY, Act.SEE_KIOSKS): Whose.OWN_MUNICIPALITY,
    (Role.MUNICIPALITY, Act.SEE_FIGURES): Whose.OWN_MUNICIPALITY,
    **{(role, Act.ACCOUNT): Whose.OWN_ACCOUNT for role in sorted(STAFF_ROLES)},
}


def whose(role: Role | None, act: Act) -> Whose | None:
    """What somebody of this role (None: nobody signed in) may do the act to; None when they may not do it at all."""
    if act in FOR_ANYBODY:
        return Whose.ANY
    return RIGHTS.get((role, act)) if role is not None else None
