// Generated from bridge/signaling/messages.py by `make generate`. Do not edit.

export const PROTOCOL_VERSION = 2;

/** Names of events. */
export const EVENT = Object.freeze({
  JOIN: "call.join",
  LEAVE: "call.leave",
  SET_PRESENCE: "staff.presence",
  SET_SHIFT: "staff.shift",
  SERVE: "staff.serve",
  SERVED: "staff.served",
  ACCEPT: "offer.accept",
  DECLINE: "offer.decline",
  END: "call.end",
  ASK_INTERPRETER: "call.ask_interpreter",
  INVITE: "call.invite",
  CANCEL_ASK: "call.cancel_ask",
  TRANSFER: "call.transfer",
  STEP_OUT: "call.step_out",
  WRAP_UP: "contact.wrap_up",
  EXTEND_WRAP_UP: "contact.extend",
  RENEW: "media.renew",
  REPORT: "media.report",
  RAISE_CALL: "board.raise",
  GIVE_CALL: "board.give",
  MOVE_CALL: "board.move",
  END_CALL: "board.end",
  SET_STAFF: "board.staff",
  SET_LANGUAGE: "board.language",
  SET_NOTICE: "board.notice",
  ASK_PATHS: "media.paths",
  DESCRIBE: "media.describe",
  CANDIDATE: "media.candidate",
  RESTART: "media.restart",
  CHAT: "media.chat",
  SNAPSHOT: "desk.snapshot",
  FACT: "desk.fact",
});

/** Where a call is. */
export const CALL_STATE = Object.freeze({
  WAITING: "waiting",
  RINGING: "ringing",
  CONNECTED: "connected",
  ENDED: "ended",
});

/** How the visitor wants to talk: with picture and sound, or by writing only. */
export const CALL_CHANNEL = Object.freeze({
  VIDEO: "video",
  CHAT: "chat",
});

/** Whom a conversation asks for. */
export const ASK = Object.freeze({
  INTERPRETER: "interpreter",
  COLLEAGUE: "colleague",
});

/** Why a visitor who has talked already waits again, as they are told it. */
export const PASSED_ON = Object.freeze({
  LOST: "lost",
  LANGUAGE: "language",
  COLLEAGUE: "colleague",
});

/** What a supervisor can tell those who wait. Ready-made, so that everybody reads it in their own language. */
export const WAITING_NOTICE = Object.freeze({
  LONGER_WAIT: "longer_wait",
  SHORT_BREAK: "short_break",
  TECHNICAL: "technical",
  CLOSING_SOON: "closing_soon",
  COME_ANOTHER_DAY: "come_another_day",
});

/** Why a call ended. */
export const END_REASON = Object.freeze({
  COMPLETED: "completed",
  VISITOR_LEFT: "visitor_left",
  ADVISOR_LEFT: "advisor_left",
  ABANDONED: "abandoned",
  TOUCHED: "touched",
  NO_ADVISOR: "no_advisor",
  CLOSED: "closed",
  FAILED: "failed",
  TRANSFERRED: "transferred",
});

/** How an offer stands, and each of its seats; all but ringing are outcomes. */
export const OFFER_STATE = Object.freeze({
  RINGING: "ringing",
  ACCEPTED: "accepted",
  DECLINED: "declined",
  TIMED_OUT: "timed_out",
  WITHDRAWN: "withdrawn",
});

/** To serve a visitor who waits, or to join a conversation that goes on. */
export const OFFER_KIND = Object.freeze({
  SERVE: "serve",
  JOIN: "join",
});

/** The tiers, in the order in which they are tried. */
export const TIER_NAME = Object.freeze({
  NATIVE: "native",
  FLUENT: "fluent",
  OTHER_LANGUAGE: "other_language",
  INTERPRETED: "interpreted",
});

/** What a staff member is doing. */
export const PRESENCE = Object.freeze({
  OFFLINE: "offline",
  AVAILABLE: "available",
  RINGING: "ringing",
  IN_CALL: "in_call",
  SERVING: "serving",
  WRAP_UP: "wrap_up",
  AWAY: "away",
});

/** Why somebody is away. The last two are not chosen: an offer rang unanswered, a supervisor said so. */
export const AWAY_REASON = Object.freeze({
  BREAK: "break",
  LUNCH: "lunch",
  MEETING: "meeting",
  OTHER_WORK: "other_work",
  MISSED_OFFER: "missed_offer",
  SUPERVISOR: "supervisor",
});

/** What somebody serves at the desk, besides the kiosks. */
export const DESK_WORK = Object.freeze({
  VISIT: "visit",
  PHONE: "phone",
});

/** By whom a visitor may wish to be served; of a staff member only when they want it known. */
export const GENDER = Object.freeze({
  WOMAN: "woman",
  MAN: "man",
});

/** How well somebody speaks a language: as their own, or well enough to advise in it. */
export const LEVEL = Object.freeze({
  NATIVE: "native",
  FLUENT: "fluent",
});

/** Who somebody is. ``municipality`` is a library's or municipality's contact: own kiosks, own figures. */
export const ROLE = Object.freeze({
  KIOSK: "kiosk",
  ADVISOR: "advisor",
  INTERPRETER: "interpreter",
  SUPERVISOR: "supervisor",
  ADMINISTRATOR: "administrator",
  MUNICIPALITY: "municipality",
});

/** What came of the conversation, as the advisor says in wrap-up. */
export const CONTACT_OUTCOME = Object.freeze({
  ADVISED: "advised",
  GUIDED: "guided",
  FORM_DONE: "form_done",
  APPOINTMENT: "appointment",
  CONTINUES: "continues",
  NO_HELP: "no_help",
  INTERRUPTED: "interrupted",
});

/** Where the visitor was guided onward to. */
export const ONWARD = Object.freeze({
  KELA: "kela",
  EMPLOYMENT: "employment",
  MIGRI: "migri",
  DVV: "dvv",
  TAX: "tax",
  HEALTH: "health",
  SOCIAL: "social",
  POLICE: "police",
  SCHOOL: "school",
  COURSE: "course",
  ASSESSMENT: "assessment",
  HOUSING: "housing",
  LEGAL: "legal",
  CRISIS: "crisis",
  NGO: "ngo",
  INTERPRETER_CENTRE: "interpreter_centre",
  OTHER: "other",
});

/** The way of a call's media. */
export const ROUTE = Object.freeze({
  DIRECT: "direct",
  RELAY: "relay",
  TURN_UDP: "turn_udp",
  TURN_TCP: "turn_tcp",
  TURN_TLS: "turn_tls",
  BRIDGE: "bridge",
});

/** Why no way was found. */
export const NO_ROUTE = Object.freeze({
  NOTHING_HEARD: "nothing_heard",
  NO_OWN_PATH: "no_own_path",
  NO_TURN: "no_turn",
  BLOCKED: "blocked",
  NOT_SECURED: "not_secured",
});

/** What made a call's picture or sound worse. */
export const TROUBLE = Object.freeze({
  NONE: "none",
  LOSS: "loss",
  DELAY: "delay",
  BANDWIDTH: "bandwidth",
  CPU: "cpu",
});

/** Why something was refused. Stable: clients and tests rely on the codes, not on the words. */
export const ERROR_CODE = Object.freeze({
  UNKNOWN_MESSAGE: "unknown_message",
  BAD_MESSAGE: "bad_message",
  NOT_ALLOWED: "not_allowed",
  NOT_YOURS: "not_yours",
  NOT_SIGNED_IN: "not_signed_in",
  NOT_THIS_PAGE: "not_this_page",
  NO_SUCH_LANGUAGE: "no_such_language",
  NO_SUCH_TOPIC: "no_such_topic",
  CALL_EXISTS: "call_exists",
  CALL_OVER: "call_over",
  OFFER_OVER: "offer_over",
  WRONG_STATE: "wrong_state",
  OLD_GENERATION: "old_generation",
  CALL_FULL: "call_full",
  LANGUAGE_CLOSED: "language_closed",
  NOT_ON_DUTY: "not_on_duty",
  TOO_MANY: "too_many",
  DESK_UNAVAILABLE: "desk_unavailable",
});

/** What can happen at the desk. */
export const FACT_NAME = Object.freeze({
  CALL_JOINED: "call.joined",
  CALL_ENDED: "call.ended",
  CALL_REQUEUED: "call.requeued",
  CALL_TRANSFERRED: "call.transferred",
  CALL_NOT_NAMED: "call.not_named",
  CALL_ASKED: "call.asked",
  CALL_ASK_OVER: "call.ask_over",
  CALL_LEFT: "call.left",
  CALL_RAISED: "call.raised",
  CALL_GIVEN: "call.given",
  CALL_MOVED: "call.moved",
  CALL_PASSED: "call.passed",
  OFFER_MADE: "offer.made",
  OFFER_SEAT_ACCEPTED: "offer.seat_accepted",
  OFFER_ACCEPTED: "offer.accepted",
  OFFER_DECLINED: "offer.declined",
  OFFER_TIMED_OUT: "offer.timed_out",
  OFFER_WITHDRAWN: "offer.withdrawn",
  STAFF_PRESENCE: "staff.presence",
  STAFF_LOST: "staff.lost",
  STAFF_SHIFT: "staff.shift",
  STAFF_LAST_CALL: "staff.last_call",
  STAFF_SERVES: "staff.serves",
  STAFF_SERVED: "staff.served",
  STAFF_SET: "staff.set",
  LANGUAGE_CLOSED: "language.closed",
  LANGUAGE_OPENED: "language.opened",
  NOTICE_GIVEN: "notice.given",
  NOTICE_OVER: "notice.over",
  CONTACT_WRAPPED_UP: "contact.wrapped_up",
  CONTACT_EXTENDED: "contact.extended",
  MEDIA_RENEWED: "media.renewed",
  MEDIA_PATH: "media.path",
  MEDIA_REPORTED: "media.reported",
  KIOSK_REGISTERED: "kiosk.registered",
  STAFF_REGISTERED: "staff.registered",
  KIOSK_REMOVED: "kiosk.removed",
  STAFF_REMOVED: "staff.removed",
  SIGN_INS_ENDED: "sign_ins.ended",
  KIOSK_CONNECTED: "kiosk.connected",
  KIOSK_DISCONNECTED: "kiosk.disconnected",
  STAFF_CONNECTED: "staff.connected",
  STAFF_DISCONNECTED: "staff.disconnected",
});

/** What a page says when it connects (Socket.IO's ``auth``).
 * @typedef {object} Handshake
 * @property {string} seat
 * @property {string} page
 * @property {boolean} claim
 * @property {number} version
 */

/** A session description as the browser made it.
 * @typedef {object} Description
 * @property {"offer" | "answer"} type
 * @property {string} sdp
 */

/** An ICE candidate as the browser made it.
 * @typedef {object} IceCandidate
 * @property {string} candidate
 * @property {string | null} sdp_mid
 * @property {number | null} sdp_m_line_index
 * @property {string | null} username_fragment
 */

/** A STUN or TURN server, as the browser wants it.
 * @typedef {object} IceServer
 * @property {string[]} urls
 * @property {string | null} [username]
 * @property {string | null} [credential]
 */

/** The visitor chose a language and wants to talk.
 * @typedef {object} Join
 * @property {string} key
 * @property {string} language
 * @property {string[]} [also]
 * @property {"woman" | "man" | null} [wish]
 * @property {"video" | "chat"} [channel]
 */

/** The visitor leaves the queue or hangs up.
 * @typedef {object} Leave
 * @property {string} key
 * @property {string} call
 */

/** A staff member comes, pauses or goes.
 * @typedef {object} SetPresence
 * @property {string} key
 * @property {"available" | "away" | "offline"} presence
 * @property {"break" | "lunch" | "meeting" | "other_work" | null} [reason]
 */

/** When this staff member's shift ends: shortly before it nothing new is offered, after it they are off duty.
 * @typedef {object} SetShift
 * @property {string} key
 * @property {number | null} ends_at_ms
 */

/** The advisor serves somebody at the desk from now on, and is offered nothing meanwhile. It becomes a contact.
 * @typedef {object} Serve
 * @property {string} key
 * @property {"visit" | "phone"} work
 * @property {string | null} language
 */

/** The visit or phone call at the desk is over; its wrap-up begins.
 * @typedef {object} Served
 * @property {string} key
 */

/** The advisor takes the offered call.
 * @typedef {object} Accept
 * @property {string} key
 * @property {string} offer
 */

/** The advisor passes the offered call on.
 * @typedef {object} Decline
 * @property {string} key
 * @property {string} offer
 */

/** The advisor ends the conversation.
 * @typedef {object} End
 * @property {string} key
 * @property {string} call
 */

/** The advisor asks for an interpreter to join the conversation.
 * @typedef {object} AskInterpreter
 * @property {string} key
 * @property {string} call
 * @property {string} language
 */

/** The advisor asks a colleague to join the conversation (and may leave it to them: StepOut).
 * @typedef {object} Invite
 * @property {string} key
 * @property {string} call
 * @property {string} staff
 */

/** Nobody else is needed after all.
 * @typedef {object} CancelAsk
 * @property {string} key
 * @property {string} call
 */

/** The advisor passes the visitor on, to the front: to another language's queue or to a colleague.
 * @typedef {object} Transfer
 * @property {string} key
 * @property {string} call
 * @property {string | null} language
 * @property {string | null} staff
 */

/** Somebody leaves a conversation that goes on without them: an interpreter, or an advisor beside another one.
 * @typedef {object} StepOut
 * @property {string} key
 * @property {string} call
 */

/** The advisor says what the conversation was about and is available again.
 * @typedef {object} WrapUp
 * @property {string} key
 * @property {string} call
 * @property {string[]} topics
 * @property {("kela" | "employment" | "migri" | "dvv" | "tax" | "health" | "social" | "police" | "school" | "course" | "assessment" | "housing" | "legal" | "crisis" | "ngo" | "interpreter_centre" | "other")[]} onward
 * @property {"advised" | "guided" | "form_done" | "appointment" | "continues" | "no_help" | "interrupted" | null} outcome
 * @property {"available" | "away"} then
 */

/** The advisor needs longer for a wrap-up; granted three times.
 * @typedef {object} ExtendWrapUp
 * @property {string} key
 * @property {string} call
 */

/** A side that has no connection of this generation asks for a new one.
 * @typedef {object} Renew
 * @property {string} key
 * @property {string} call
 * @property {number} link
 * @property {number} generation
 */

/** What the advisor's browser measured of the connection to the visitor so far; it becomes part of the contact.
 * @typedef {object} Report
 * @property {string} key
 * @property {string} call
 * @property {"direct" | "relay" | "turn_udp" | "turn_tcp" | "turn_tls" | "bridge" | null} route
 * @property {number} route_changes
 * @property {"nothing_heard" | "no_own_path" | "no_turn" | "blocked" | "not_secured" | null} no_route
 * @property {number | null} connect_ms
 * @property {number} good_s
 * @property {number} fair_s
 * @property {number} poor_s
 * @property {"none" | "loss" | "delay" | "bandwidth" | "cpu"} trouble
 */

/** The supervisor puts a waiting call in front of all others.
 * @typedef {object} RaiseCall
 * @property {string} key
 * @property {string} call
 */

/** The supervisor gives a waiting call to an advisor on duty, whatever they speak.
 * @typedef {object} GiveCall
 * @property {string} key
 * @property {string} call
 * @property {string} staff
 */

/** The supervisor moves a waiting call to another language.
 * @typedef {object} MoveCall
 * @property {string} key
 * @property {string} call
 * @property {string} language
 */

/** The supervisor ends a call that is stuck.
 * @typedef {object} EndCall
 * @property {string} key
 * @property {string} call
 */

/** The supervisor says what a staff member who is in no call is doing.
 * @typedef {object} SetStaff
 * @property {string} key
 * @property {string} staff
 * @property {"available" | "away" | "offline"} presence
 */

/** The supervisor closes a language to new visitors, or opens it again.
 * @typedef {object} SetLanguage
 * @property {string} key
 * @property {string} language
 * @property {boolean} open
 */

/** The supervisor's message to those who wait; null takes it back.
 * @typedef {object} SetNotice
 * @property {string} key
 * @property {string | null} language
 * @property {"longer_wait" | "short_break" | "technical" | "closing_soon" | "come_another_day" | null} notice
 */

/** Over which servers may this connection go? Asked before it begins and before each ICE restart.
 * @typedef {object} AskPaths
 * @property {string} call
 * @property {number} link
 * @property {number} generation
 */

/** One side's session description.
 * @typedef {object} Describe
 * @property {string} call
 * @property {number} link
 * @property {number} generation
 * @property {Description} description
 */

/** One side's next ICE candidate; null says that there are no more.
 * @typedef {object} Candidate
 * @property {string} call
 * @property {number} link
 * @property {number} generation
 * @property {IceCandidate | null} candidate
 */

/** The side that does not make the descriptions asks the other one to look for a new way.
 * @typedef {object} Restart
 * @property {string} call
 * @property {number} link
 * @property {number} generation
 */

/** A line of the chat where the two browsers have no connection; the bridge could read it, and both are told.
 * @typedef {object} Chat
 * @property {string} call
 * @property {number} link
 * @property {number} generation
 * @property {string} text
 */

/** A command was carried out (or had been, for a repeated key).
 * @typedef {object} Done
 * @property {true} ok
 * @property {string | null} [call]
 */

/** The answer to AskPaths.
 * @typedef {object} Paths
 * @property {true} ok
 * @property {string} call
 * @property {IceServer[]} ice_servers
 * @property {boolean} turn_only
 * @property {boolean} hidden
 * @property {string[]} relays
 */

/** A command or signal was refused; nothing changed.
 * @typedef {object} Refusal
 * @property {false} ok
 * @property {"unknown_message" | "bad_message" | "not_allowed" | "not_yours" | "not_signed_in" | "not_this_page" | "no_such_language" | "no_such_topic" | "call_exists" | "call_over" | "offer_over" | "wrong_state" | "old_generation" | "call_full" | "language_closed" | "not_on_duty" | "too_many" | "desk_unavailable"} code
 * @property {string} detail
 */

/** A connection to one other person of a call, as this side has it.
 * @typedef {object} Link
 * @property {number} link
 * @property {string} other
 * @property {boolean} starts
 * @property {number} generation
 * @property {boolean} talking
 * @property {boolean} there
 */

/** Somebody of the staff who is in a conversation.
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {number} since_ms
 * @property {boolean} there
 */

/** Somebody whom an offer rings.
 * @typedef {object} Rung
 * @property {string} id
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {boolean} accepted
 */

/** A tier as a waiting visitor meets it.
 * @typedef {object} Step
 * @property {"native" | "fluent" | "other_language" | "interpreted"} tier
 * @property {number} opens_at_ms
 * @property {boolean} staffed
 */

/** Whom a conversation has asked for and who has not come yet.
 * @typedef {object} OwnAsk
 * @property {"interpreter" | "colleague"} ask
 * @property {string | null} language
 * @property {string | null} staff
 * @property {number} since_ms
 * @property {boolean} ringing
 */

/** A wrap-up that is to be filled in.
 * @typedef {object} OpenWrapUp
 * @property {string} call
 * @property {number} until_ms
 * @property {number} extensions
 * @property {"visit" | "phone" | null} work
 */

/** What is being served at the desk.
 * @typedef {object} OwnServing
 * @property {"visit" | "phone"} work
 * @property {string | null} language
 * @property {number} since_ms
 */

/** The kiosk this page is.
 * @typedef {object} OwnKiosk
 * @property {string} id
 * @property {"own_kiosk"} kind
 * @property {string} page
 * @property {string} name
 * @property {string} municipality
 */

/** The visitor's call.
 * @typedef {object} OwnCall
 * @property {string} id
 * @property {"own_call"} kind
 * @property {"waiting" | "ringing" | "connected" | "ended"} state
 * @property {string} language
 * @property {string} queue
 * @property {string | null} served_in
 * @property {string[]} also
 * @property {"video" | "chat"} channel
 * @property {number} joined_at_ms
 * @property {number} waiting_since_ms
 * @property {number} position
 * @property {Step[]} steps
 * @property {"native" | "fluent" | "other_language" | "interpreted" | null} tier
 * @property {"woman" | "man" | null} wish
 * @property {number | null} wish_until_ms
 * @property {string | null} named
 * @property {"lost" | "language" | "colleague" | null} passed_on
 * @property {Person[]} people
 * @property {"interpreter" | "colleague" | null} asked
 * @property {number | null} accepted_at_ms
 * @property {Link[]} links
 */

/** Who is on duty for a language, whose code is ``id``. A language with nobody, and open, is not there.
 * @typedef {object} LanguageDuty
 * @property {string} id
 * @property {"language"} kind
 * @property {number} on_duty
 * @property {boolean} interpreted
 * @property {boolean} closed
 */

/** A supervisor's message to those who wait; ``id`` is a language's code, or ``all``.
 * @typedef {object} Notice
 * @property {string} id
 * @property {"notice"} kind
 * @property {"longer_wait" | "short_break" | "technical" | "closing_soon" | "come_another_day"} notice
 * @property {number} until_ms
 */

/** The staff member whose console this is.
 * @typedef {object} Self
 * @property {string} id
 * @property {"self"} kind
 * @property {string} page
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {Record<string, "native" | "fluent">} languages
 * @property {"offline" | "available" | "ringing" | "in_call" | "serving" | "wrap_up" | "away"} presence
 * @property {number} since_ms
 * @property {"break" | "lunch" | "meeting" | "other_work" | "missed_offer" | "supervisor" | null} away_reason
 * @property {OpenWrapUp[]} wrap_ups
 * @property {OwnServing | null} serving
 * @property {number | null} shift_ends_at_ms
 * @property {boolean} last_call
 * @property {"offline" | "available" | "ringing" | "in_call" | "serving" | "wrap_up" | "away" | null} afterwards
 */

/** Somebody of the staff who is not offline, as every console sees them.
 * @typedef {object} Colleague
 * @property {string} id
 * @property {"colleague"} kind
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {Record<string, "native" | "fluent">} languages
 * @property {"offline" | "available" | "ringing" | "in_call" | "serving" | "wrap_up" | "away"} presence
 */

/** The offer that rings at this console.
 * @typedef {object} OwnOffer
 * @property {string} id
 * @property {"own_offer"} kind
 * @property {"serve" | "join"} offer
 * @property {string} call
 * @property {"video" | "chat"} channel
 * @property {string} language
 * @property {string} asked
 * @property {"woman" | "man" | null} wish
 * @property {"lost" | "language" | "colleague" | null} passed_on
 * @property {string} speak
 * @property {"native" | "fluent" | "other_language" | "interpreted" | null} tier
 * @property {boolean} named
 * @property {string} municipality
 * @property {string} kiosk_name
 * @property {number} joined_at_ms
 * @property {number} made_at_ms
 * @property {number} expires_at_ms
 * @property {boolean} accepted
 * @property {Rung[]} rung
 * @property {Person[]} people
 * @property {Link[]} links
 */

/** A call this console is in.
 * @typedef {object} AdvisorCall
 * @property {string} id
 * @property {"advisor_call"} kind
 * @property {"waiting" | "ringing" | "connected" | "ended"} state
 * @property {"video" | "chat"} channel
 * @property {string} language
 * @property {string} asked
 * @property {string} speak
 * @property {string[]} also
 * @property {"native" | "fluent" | "other_language" | "interpreted" | null} tier
 * @property {string} municipality
 * @property {string} kiosk_name
 * @property {number} joined_at_ms
 * @property {number} accepted_at_ms
 * @property {number} since_ms
 * @property {boolean} serves
 * @property {boolean} visitor_there
 * @property {Person[]} people
 * @property {OwnAsk | null} ask
 * @property {Link[]} links
 */

/** Somebody who waits or is just being rung, as every console sees it.
 * @typedef {object} WaitingCall
 * @property {string} id
 * @property {"waiting"} kind
 * @property {string} language
 * @property {"video" | "chat"} channel
 * @property {string} municipality
 * @property {number} joined_at_ms
 */

/** A call on the supervisor's page.
 * @typedef {object} BoardCall
 * @property {string} id
 * @property {"board_call"} kind
 * @property {"waiting" | "ringing" | "connected" | "ended"} state
 * @property {"video" | "chat"} channel
 * @property {string} language
 * @property {string[]} also
 * @property {"woman" | "man" | null} wish
 * @property {string} kiosk
 * @property {string} municipality
 * @property {number} joined_at_ms
 * @property {number | null} accepted_at_ms
 * @property {"native" | "fluent" | "other_language" | "interpreted" | null} tier
 * @property {boolean} raised
 * @property {string | null} named
 * @property {string[]} staff
 * @property {OwnAsk | null} ask
 */

/** A staff member on the supervisor's page.
 * @typedef {object} BoardStaff
 * @property {string} id
 * @property {"board_staff"} kind
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {Record<string, "native" | "fluent">} languages
 * @property {"offline" | "available" | "ringing" | "in_call" | "serving" | "wrap_up" | "away"} presence
 * @property {number} since_ms
 * @property {"break" | "lunch" | "meeting" | "other_work" | "missed_offer" | "supervisor" | null} away_reason
 * @property {boolean} connected
 * @property {number} calls
 * @property {number | null} shift_ends_at_ms
 * @property {boolean} last_call
 */

/** A kiosk on the supervisor's page.
 * @typedef {object} BoardKiosk
 * @property {string} id
 * @property {"board_kiosk"} kind
 * @property {string} name
 * @property {string} municipality
 * @property {boolean} connected
 * @property {number} since_ms
 */

/** A language that is closed to new visitors, whose code is ``id``.
 * @typedef {object} ClosedLanguage
 * @property {string} id
 * @property {"closed_language"} kind
 * @property {number} until_ms
 */

/** An entity this role no longer sees.
 * @typedef {object} Gone
 * @property {string} kind
 * @property {string} id
 * @property {"completed" | "visitor_left" | "advisor_left" | "abandoned" | "touched" | "no_advisor" | "closed" | "failed" | "transferred" | null} reason
 */

/** Everything this role may see, as it was right after the fact ``at``.
 * @typedef {object} Snapshot
 * @property {string} at
 * @property {number} now_ms
 * @property {number} version
 * @property {Entity[]} entities
 */

/** What happened, as far as this role may see it: entities as they are now, and those that are gone (first).
 * @typedef {object} Fact
 * @property {string} at
 * @property {number} at_ms
 * @property {string} name
 * @property {Entity[]} put
 * @property {Gone[]} gone
 */

/** @typedef {OwnKiosk | OwnCall | LanguageDuty | Notice | Self | Colleague | OwnOffer | AdvisorCall | WaitingCall | BoardCall | BoardStaff | BoardKiosk | ClosedLanguage} Entity */

/** @typedef {Done | Refusal} Answer */
