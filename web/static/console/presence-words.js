// The console's words for what somebody is doing, why they are away, when their shift ends, and what those who wait read.
import { t, timeOfDay, tn } from "shared/locale.js";
import { awayWords, languageName, moment, presenceWords } from "shared/staff.js";
import { AWAY_REASON, CALL_CHANNEL, DESK_WORK, PRESENCE, WAITING_NOTICE } from "shared/wire.gen.js";
import { EVERYBODY } from "./model.js";

/** @typedef {import("shared/wire.gen.js").Self} Self */
/** @typedef {import("./model.js").Seen} Seen */

/** One's own state, with what belongs to it. @param {Seen} now @returns {string} */
export function stateWords({ self, calls }) {
  if (!self) return "";
  const { presence, away_reason, serving } = self;
  if (presence === PRESENCE.AWAY) return awayStateWords(away_reason);
  if (presence === PRESENCE.SERVING && serving) return workWords(serving.work);
  if (presence === PRESENCE.AVAILABLE && self.last_call) return t("Last call");
  const chats = calls.filter(({ channel }) => channel === CALL_CHANNEL.CHAT).length;
  if (presence === PRESENCE.IN_CALL && chats) return tn("In {n} chat", "In {n} chats", chats);
  return presenceWords(presence);
}

/** @param {Self["away_reason"]} reason */
function awayStateWords(reason) {
  switch (reason) {
    case AWAY_REASON.BREAK:
      return t("On a break");
    case AWAY_REASON.LUNCH:
      return t("At lunch");
    case AWAY_REASON.MEETING:
      return t("In a meeting");
    case AWAY_REASON.OTHER_WORK:
      return t("At other work");
    default:
      return t("Away");
  }
}

/** Since when somebody is away and why, in a sentence. @param {Self["away_reason"]} reason @param {string} time */
export function awaySince(reason, time) {
  switch (reason) {
    case AWAY_REASON.LUNCH:
      return t("You are at lunch since {time}. Nothing rings here until you are back.", { time });
    case AWAY_REASON.MEETING:
      return t("You are in a meeting since {time}. Nothing rings here until you are back.", { time });
    case AWAY_REASON.OTHER_WORK:
      return t("You are at other work since {time}. Nothing rings here until you are back.", { time });
    case AWAY_REASON.SUPERVISOR:
      return t("A supervisor set you away at {time}. Nothing rings here until you are back.", { time });
    case AWAY_REASON.MISSED_OFFER:
      return t("An offer rang here and nobody answered, so you are away.");
    default:
      return t("You are on a break since {time}. Nothing rings here until you are back.", { time });
  }
}

/** What somebody in chats will be after them: "at lunch". @param {Self} self @param {Self["away_reason"]} reason Why, as far as this page knows. */
export function afterwardsWords({ afterwards }, reason) {
  if (afterwards === PRESENCE.OFFLINE) return t("off duty");
  return awayWords(reason) || t("away");
}

/** The same, with what it means until then. @param {Self} self @param {Self["away_reason"]} reason */
export function noNewChatsWords(self, reason) {
  return t("No new chats. After these: {what}", { what: afterwardsWords(self, reason) });
}

/** What can be chosen for being away: code, words and icon. @returns {["break" | "lunch" | "meeting" | "other_work", string, string][]} */
export function awayChoices() {
  return [
    [AWAY_REASON.BREAK, t("Break"), "coffee"],
    [AWAY_REASON.LUNCH, t("Lunch"), "utensils"],
    [AWAY_REASON.MEETING, t("Meeting"), "users-round"],
    [AWAY_REASON.OTHER_WORK, t("Other work"), "briefcase"],
  ];
}

/** @param {import("shared/wire.gen.js").Serve["work"]} work */
export function workWords(work) {
  return work === DESK_WORK.PHONE ? t("Phone call") : t("A visitor is here");
}

/** The mark before one's own state: an icon of the sprite. @param {Self} self @param {Seen["calls"]} [calls] */
export function stateIcon({ presence, serving, away_reason, last_call }, calls = []) {
  switch (presence) {
    case PRESENCE.AVAILABLE:
      return last_call ? "bell-ring" : "headset";
    case PRESENCE.RINGING:
      return "bell-ring";
    case PRESENCE.IN_CALL:
      return calls.some(({ channel }) => channel === CALL_CHANNEL.CHAT) ? "message-square" : "phone";
    case PRESENCE.SERVING:
      return serving?.work === DESK_WORK.PHONE ? "phone" : "user-round";
    case PRESENCE.WRAP_UP:
      return "check";
    case PRESENCE.AWAY:
      return awayChoices().find(([code]) => code === away_reason)?.[2] ?? "coffee";
    default:
      return "log-out";
  }
}

/** Until when one's shift lasts; "" when that is not known. @param {Self} self @param {number} nowMs */
export function shiftWords({ shift_ends_at_ms }, nowMs) {
  if (shift_ends_at_ms === null) return "";
  const time = timeOfDay(shift_ends_at_ms);
  if (new Date(shift_ends_at_ms).toDateString() === new Date(nowMs).toDateString()) return t("shift until {time}", { time });
  return t("shift until {time}", { time: `${moment(shift_ends_at_ms, nowMs)} ${time}` });
}

/** What those who wait read: the same texts as the kiosk's. @param {import("shared/wire.gen.js").Notice["notice"]} notice */
export function noticeWords(notice) {
  return {
    [WAITING_NOTICE.LONGER_WAIT]: t("The wait is longer than usual today. Thank you for your patience."),
    [WAITING_NOTICE.SHORT_BREAK]: t("There is a short break. We will go on in a moment."),
    [WAITING_NOTICE.TECHNICAL]: t("We have a technical problem. Your place is kept."),
    [WAITING_NOTICE.CLOSING_SOON]: t("We close soon. Those who wait now are still served."),
    [WAITING_NOTICE.COME_ANOTHER_DAY]: t("There are very many visitors today. If you can, please come another day."),
  }[notice];
}

/** To whom a message is. @param {import("shared/page.js").Boot} boot @param {string} id A language, or everybody. */
export function audienceWords(boot, id) {
  return id === EVERYBODY ? t("Everybody who waits") : t("Those who wait for: {language}", { language: languageName(boot, id) });
}
