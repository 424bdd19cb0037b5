// A desk as a console sees it, for the tests of the console's rules.
import { fromSnapshot, withFact } from "../../web/static/shared/desk.js";
import {
  CALL_CHANNEL,
  CALL_STATE,
  FACT_NAME,
  LEVEL,
  OFFER_KIND,
  PRESENCE,
  ROLE,
  TIER_NAME,
} from "../../web/static/shared/wire.gen.js";

export const PAGE = "this-page";
export const T0 = 1_700_000_000_000;

export const self = (fields = {}) => ({
  kind: "self",
  id: "amina",
  page: PAGE,
  name: "Amina",
  role: ROLE.ADVISOR,
  languages: { ar: LEVEL.NATIVE, en: LEVEL.FLUENT },
  presence: PRESENCE.AVAILABLE,
  since_ms: T0,
  away_reason: null,
  wrap_ups: [],
  serving: null,
  shift_ends_at_ms: null,
  last_call: false,
  afterwards: null,
  ...fields,
});

export const wrapUp = (call, leftMs = 60_000, fields = {}) => ({ call, until_ms: T0 + leftMs, extensions: 3, work: null, ...fields });

export const waits = (id, language, joined_at_ms) => ({
  kind: "waiting",
  id,
  language,
  channel: CALL_CHANNEL.VIDEO,
  municipality: "729",
  joined_at_ms,
});

export const link = (number, other, fields = {}) => ({
  link: number,
  other,
  starts: true,
  generation: 1,
  talking: true,
  there: true,
  ...fields,
});

export const person = (id, role = ROLE.ADVISOR, fields = {}) => ({ id, name: id, role, since_ms: T0, there: true, ...fields });

export const offer = (fields = {}) => ({
  kind: "own_offer",
  id: "offer-1",
  offer: OFFER_KIND.SERVE,
  call: "call-1",
  channel: CALL_CHANNEL.VIDEO,
  language: "ar",
  asked: "ar",
  wish: null,
  passed_on: null,
  speak: "ar",
  tier: TIER_NAME.NATIVE,
  named: false,
  municipality: "729",
  kiosk_name: "Saarijärvi library",
  joined_at_ms: T0 - 60_000,
  made_at_ms: T0,
  expires_at_ms: T0 + 25_000,
  accepted: false,
  rung: [],
  people: [],
  links: [link(1, "visitor", { talking: false })],
  ...fields,
});

export const talk = (fields = {}) => ({
  kind: "advisor_call",
  id: "call-1",
  state: CALL_STATE.CONNECTED,
  channel: CALL_CHANNEL.VIDEO,
  language: "ar",
  asked: "ar",
  speak: "ar",
  also: [],
  tier: TIER_NAME.NATIVE,
  municipality: "729",
  kiosk_name: "Saarijärvi library",
  joined_at_ms: T0 - 60_000,
  accepted_at_ms: T0,
  since_ms: T0,
  serves: true,
  visitor_there: true,
  people: [person("amina")],
  ask: null,
  links: [link(1, "visitor")],
  ...fields,
});

export const colleague = (id, presence, fields = {}) => ({
  kind: "colleague",
  id,
  name: id,
  role: ROLE.ADVISOR,
  languages: { fi: LEVEL.NATIVE },
  presence,
  ...fields,
});

export const deskOf = (...entities) => fromSnapshot({ at: "1-0", now_ms: T0, version: 2, entities });

/** The desk after one more fact. */
export function after(desk, put, gone = []) {
  const at = `${Number.parseInt(desk.at, 10) + 1}-0`;
  return withFact(desk, { at, at_ms: T0, name: FACT_NAME.STAFF_PRESENCE, put, gone });
}
