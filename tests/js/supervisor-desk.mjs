// Entities of a supervisor's desk, for the tests of the board.
import { fromSnapshot } from "../../web/static/shared/desk.js";
import { AWAY_REASON, CALL_CHANNEL, LEVEL, PRESENCE, ROLE } from "../../web/static/shared/wire.gen.js";

export const NOW = 1_700_000_000_000;
export const MINUTE_MS = 60_000;

export const call = (id, state, language, minutes, fields = {}) => ({
  kind: "board_call",
  id,
  state,
  channel: CALL_CHANNEL.VIDEO,
  language,
  also: [],
  wish: null,
  kiosk: "saarijarvi",
  municipality: "729",
  joined_at_ms: NOW - minutes * MINUTE_MS,
  accepted_at_ms: null,
  tier: null,
  raised: false,
  named: null,
  staff: [],
  ask: null,
  ...fields,
});

export const staff = (id, presence, languages, fields = {}) => ({
  kind: "board_staff",
  id,
  name: id,
  role: ROLE.ADVISOR,
  languages: Object.fromEntries(languages.map((code) => [code, LEVEL.NATIVE])),
  presence,
  since_ms: NOW,
  away_reason: presence === PRESENCE.AWAY ? AWAY_REASON.BREAK : null,
  connected: true,
  calls: presence === PRESENCE.IN_CALL ? 1 : 0,
  shift_ends_at_ms: null,
  last_call: false,
  ...fields,
});

export const kiosk = (id, connected, minutes = 0) => ({
  kind: "board_kiosk",
  id,
  name: id,
  municipality: "729",
  connected,
  since_ms: NOW - minutes * MINUTE_MS,
});

export const notice = (id, message) => ({ kind: "notice", id, notice: message, until_ms: NOW + 60 * MINUTE_MS });
export const closed = (id) => ({ kind: "closed_language", id, until_ms: NOW + 60 * MINUTE_MS });
export const deskOf = (...entities) => fromSnapshot({ at: "1-0", now_ms: NOW, version: 1, entities });
