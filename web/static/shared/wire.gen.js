// Generated from bridge/signaling/messages.py by `make generate`. Do not edit.

export const PROTOCOL_VERSION = 1;

/** Names of events. */
export const EVENT = Object.freeze({
  JOIN: "call.join",
  LEAVE: "call.leave",
  SET_PRESENCE: "staff.presence",
  ACCEPT: "offer.accept",
  DECLINE: "offer.decline",
  END: "call.end",
  WRAP_UP: "contact.wrap_up",
  RENEW: "media.renew",
  REPORT: "media.report",
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

/** Why a call ended. ``touched`` is a visitor who left within seconds; it is counted apart from abandoned. */
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

/** How an offer stands; all but ringing are outcomes. */
export const OFFER_STATE = Object.freeze({
  RINGING: "ringing",
  ACCEPTED: "accepted",
  DECLINED: "declined",
  TIMED_OUT: "timed_out",
  WITHDRAWN: "withdrawn",
});

/** What a staff member is doing. */
export const PRESENCE = Object.freeze({
  OFFLINE: "offline",
  AVAILABLE: "available",
  RINGING: "ringing",
  IN_CALL: "in_call",
  WRAP_UP: "wrap_up",
  AWAY: "away",
});

/** Why somebody is away. */
export const AWAY_REASON = Object.freeze({
  BREAK: "break",
  MISSED_OFFER: "missed_offer",
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
  TOO_MANY: "too_many",
  DESK_UNAVAILABLE: "desk_unavailable",
});

/** What can happen at the desk. */
export const FACT_NAME = Object.freeze({
  CALL_JOINED: "call.joined",
  CALL_ENDED: "call.ended",
  CALL_REQUEUED: "call.requeued",
  OFFER_MADE: "offer.made",
  OFFER_ACCEPTED: "offer.accepted",
  OFFER_DECLINED: "offer.declined",
  OFFER_TIMED_OUT: "offer.timed_out",
  OFFER_WITHDRAWN: "offer.withdrawn",
  STAFF_PRESENCE: "staff.presence",
  STAFF_LOST: "staff.lost",
  CONTACT_WRAPPED_UP: "contact.wrapped_up",
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

/** The advisor says what the conversation was about and is available again.
 * @typedef {object} WrapUp
 * @property {string} key
 * @property {string} call
 * @property {string[]} topics
 * @property {("kela" | "employment" | "migri" | "dvv" | "tax" | "health" | "social" | "police" | "school" | "course" | "assessment" | "housing" | "legal" | "crisis" | "ngo" | "interpreter_centre" | "other")[]} onward
 * @property {"advised" | "guided" | "form_done" | "appointment" | "continues" | "no_help" | "interrupted" | null} outcome
 * @property {"available" | "away"} then
 */

/** A side that has no connection of this generation asks for a new one.
 * @typedef {object} Renew
 * @property {string} key
 * @property {string} call
 * @property {number} generation
 */

/** What the advisor's browser measured of the connection so far; it becomes part of the contact.
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

/** Over which servers may this connection go? Asked before it begins and before each ICE restart.
 * @typedef {object} AskPaths
 * @property {string} call
 * @property {number} generation
 */

/** One side's session description.
 * @typedef {object} Describe
 * @property {string} call
 * @property {number} generation
 * @property {Description} description
 */

/** One side's next ICE candidate; null says that there are no more.
 * @typedef {object} Candidate
 * @property {string} call
 * @property {number} generation
 * @property {IceCandidate | null} candidate
 */

/** The visitor's side asks the other one, which makes the descriptions, to look for a new way.
 * @typedef {object} Restart
 * @property {string} call
 * @property {number} generation
 */

/** A line of the chat where the two browsers have no connection; the bridge could read it, and both are told.
 * @typedef {object} Chat
 * @property {string} call
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
 * @property {"unknown_message" | "bad_message" | "not_allowed" | "not_yours" | "not_signed_in" | "not_this_page" | "no_such_language" | "no_such_topic" | "call_exists" | "call_over" | "offer_over" | "wrong_state" | "old_generation" | "too_many" | "desk_unavailable"} code
 * @property {string} detail
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
 * @property {number} joined_at_ms
 * @property {number} position
 * @property {number} generation
 * @property {string | null} advisor
 * @property {number | null} accepted_at_ms
 * @property {boolean} requeued
 * @property {boolean} other_there
 */

/** Advisors on duty for a language, whose code is ``id``. A language with nobody on duty is not there.
 * @typedef {object} LanguageDuty
 * @property {string} id
 * @property {"language"} kind
 * @property {number} on_duty
 * @property {number} available
 */

/** The staff member whose console this is.
 * @typedef {object} Self
 * @property {string} id
 * @property {"self"} kind
 * @property {string} page
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {Record<string, "native" | "fluent">} languages
 * @property {"offline" | "available" | "ringing" | "in_call" | "wrap_up" | "away"} presence
 * @property {number} since_ms
 * @property {"break" | "missed_offer" | null} away_reason
 * @property {string | null} wrap_up_call
 * @property {number | null} wrap_up_until_ms
 */

/** The offer that rings at this console.
 * @typedef {object} OwnOffer
 * @property {string} id
 * @property {"own_offer"} kind
 * @property {string} call
 * @property {string} language
 * @property {string} municipality
 * @property {string} kiosk_name
 * @property {number} joined_at_ms
 * @property {number} made_at_ms
 * @property {number} expires_at_ms
 * @property {number} generation
 */

/** The call this console is in.
 * @typedef {object} AdvisorCall
 * @property {string} id
 * @property {"advisor_call"} kind
 * @property {"waiting" | "ringing" | "connected" | "ended"} state
 * @property {string} language
 * @property {string} municipality
 * @property {string} kiosk_name
 * @property {number} joined_at_ms
 * @property {number} accepted_at_ms
 * @property {number} generation
 * @property {boolean} other_there
 */

/** Somebody who waits or is just being rung, as every console sees it.
 * @typedef {object} WaitingCall
 * @property {string} id
 * @property {"waiting"} kind
 * @property {string} language
 * @property {string} municipality
 * @property {number} joined_at_ms
 */

/** A call on the supervisor's page.
 * @typedef {object} BoardCall
 * @property {string} id
 * @property {"board_call"} kind
 * @property {"waiting" | "ringing" | "connected" | "ended"} state
 * @property {string} language
 * @property {string} kiosk
 * @property {string} municipality
 * @property {number} joined_at_ms
 * @property {number | null} accepted_at_ms
 * @property {string | null} staff
 */

/** A staff member on the supervisor's page.
 * @typedef {object} BoardStaff
 * @property {string} id
 * @property {"board_staff"} kind
 * @property {string} name
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor" | "administrator" | "municipality"} role
 * @property {Record<string, "native" | "fluent">} languages
 * @property {"offline" | "available" | "ringing" | "in_call" | "wrap_up" | "away"} presence
 * @property {number} since_ms
 * @property {"break" | "missed_offer" | null} away_reason
 * @property {boolean} connected
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

/** Something that happened, as far as this role may see it: entities as they are now, and those that are gone.
 * @typedef {object} Fact
 * @property {string} at
 * @property {number} at_ms
 * @property {string} name
 * @property {Entity[]} put
 * @property {Gone[]} gone
 */

/** @typedef {OwnKiosk | OwnCall | LanguageDuty | Self | OwnOffer | AdvisorCall | WaitingCall | BoardCall | BoardStaff | BoardKiosk} Entity */

/** @typedef {Done | Refusal} Answer */
