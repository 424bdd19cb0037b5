// What is said about the queue, in plain words. The rules are in waiting-model.js.
import { locale, t, timeOfDay, tn } from "shared/locale.js";
import { PASSED_ON, TIER_NAME, WAITING_NOTICE } from "shared/wire.gen.js";
import { SEARCH, otherQueueOf } from "../waiting-model.js";
import { entryOf, isolated } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {import("shared/wire.gen.js").OwnCall} OwnCall */
/** @typedef {NonNullable<ReturnType<typeof import("../waiting-model.js").searchOf>>} Searched */

/** Languages in their own names, any one of which will do. @param {Kiosk} kiosk @param {readonly string[]} codes */
function anyOf(kiosk, codes) {
  const names = codes.map((code) => isolated(entryOf(kiosk, code)?.endonym ?? code));
  return new Intl.ListFormat(locale.value.locale, { type: "disjunction" }).format(names);
}

/** The page's heading while it rings. @param {Kiosk} kiosk @param {OwnCall} call */
export function foundInWords(kiosk, call) {
  const { tier, also, named } = call;
  if (named) return t("We are calling {name}", { name: isolated(named) });
  if (tier === TIER_NAME.INTERPRETED) return t("We found an advisor and an interpreter");
  // With which of several languages is not known here.
  if (tier === TIER_NAME.OTHER_LANGUAGE && also.length === 1) {
    return t("We found an advisor who speaks {language}", { language: anyOf(kiosk, also) });
  }
  const queue = otherQueueOf(call);
  if (queue && (tier === TIER_NAME.NATIVE || tier === TIER_NAME.FLUENT)) {
    return t("We found an advisor who speaks {language}", { language: anyOf(kiosk, [queue]) });
  }
  return t("We found an advisor");
}

/** The page's heading while nobody is rung. @param {OwnCall} call @param {Searched["search"] | undefined} search */
export function placeInWords({ position, named, passed_on }, search) {
  if (search === SEARCH.NOBODY) return t("Nobody is here for this language just now");
  if (named) {
    const name = isolated(named);
    return passed_on ? t("We are waiting for {name}", { name }) : t("We are waiting for {name}, who will help you", { name });
  }
  if (position <= 1) return t("You are next");
  return tn("There is {n} person before you", "There are {n} people before you", position - 1);
}

/** Whom the desk looks for, in a sentence. @param {Kiosk} kiosk @param {OwnCall} call @param {Searched | null} searched */
export function searchInWords(kiosk, call, searched) {
  const { also } = call;
  const queue = otherQueueOf(call);
  if (queue) return searchElsewhereInWords(kiosk, queue, also, searched);
  switch (searched?.search) {
    case SEARCH.NATIVE:
      return t("We are looking for an advisor whose own language is yours.");
    case SEARCH.FLUENT:
      return searched.first
        ? t("We are looking for an advisor who speaks your language well.")
        : t("We are also trying advisors who speak your language well.");
    case SEARCH.OTHER_LANGUAGE:
      return searched.first
        ? t("We are looking for an advisor who speaks {language}.", { language: anyOf(kiosk, also) })
        : t("We are also trying advisors who speak {language}.", { language: anyOf(kiosk, also) });
    case SEARCH.INTERPRETED:
      return t("We are looking for an advisor and an interpreter for your language.");
    default:
      return null;
  }
}

/**
 * The same in the queue of another language than the visitor's own.
 * @param {Kiosk} kiosk @param {string} queue @param {readonly string[]} also @param {Searched | null} searched
 */
function searchElsewhereInWords(kiosk, queue, also, searched) {
  switch (searched?.search) {
    case SEARCH.NATIVE:
    case SEARCH.FLUENT:
      return t("We are looking for an advisor who speaks {language}.", { language: anyOf(kiosk, [queue]) });
    case SEARCH.OTHER_LANGUAGE:
      return searched.first
        ? t("We are looking for an advisor who speaks {language}.", { language: anyOf(kiosk, also) })
        : t("We are also trying advisors who speak {language}.", { language: anyOf(kiosk, also) });
    case SEARCH.INTERPRETED:
      return t("We are looking for an advisor and an interpreter for {language}.", { language: anyOf(kiosk, [queue]) });
    default:
      return null;
  }
}

/** Where an advisor can help only in another language than the queue's. @param {import("shared/page.js").LanguageEntry | null} entry */
export function unspokenInWords(entry) {
  return t("Nobody who speaks {language} is on duty just now.", { language: isolated(entry?.endonym ?? "") });
}

/** @param {ReturnType<typeof import("../waiting-model.js").wishOf>} wished */
export function wishInWords(wished) {
  if (!wished) return null;
  const woman = wished.wish === "woman";
  if (wished.untilMs === null) {
    return woman
      ? t("No woman is free now. The next advisor who is free will help you.")
      : t("No man is free now. The next advisor who is free will help you.");
  }
  const time = isolated(timeOfDay(wished.untilMs));
  return woman
    ? t("We are waiting for a woman to be free, until about {time}.", { time })
    : t("We are waiting for a man to be free, until about {time}.", { time });
}

/**
 * Why somebody who has talked waits again, at the front; or why they wait in the queue of another language.
 * @param {Kiosk} kiosk @param {OwnCall} call
 */
export function passedOnInWords(kiosk, call) {
  const { passed_on, queue, named, position } = call;
  if (named) {
    // It may be a supervisor who chose the colleague: that somebody passed the visitor on is all that is known.
    if (passed_on !== PASSED_ON.COLLEAGUE) return null;
    return t("Your advisor has passed you on to a colleague. {name} will help you.", { name: isolated(named) });
  }
  const language = anyOf(kiosk, [queue]);
  if (passed_on === PASSED_ON.LOST) return t("The connection to the advisor was lost. You are first in line for the next one.");
  if (passed_on === PASSED_ON.COLLEAGUE) return t("The colleague could not come just now. You are first in line for the next advisor.");
  if (passed_on === PASSED_ON.LANGUAGE && position <= 1) {
    return t("Your advisor has passed you on to the queue for {language}. You are first in line.", { language });
  }
  return otherQueueOf(call) ? t("You have been moved to the queue for {language}.", { language }) : null;
}

/** The supervisor's message to those who wait. @param {import("shared/wire.gen.js").Notice["notice"]} notice */
export function noticeInWords(notice) {
  switch (notice) {
    case WAITING_NOTICE.LONGER_WAIT:
      return t("The wait is longer than usual today. Thank you for your patience.");
    case WAITING_NOTICE.SHORT_BREAK:
      return t("There is a short break. We will go on in a moment.");
    case WAITING_NOTICE.TECHNICAL:
      return t("We have a technical problem. Your place is kept.");
    case WAITING_NOTICE.CLOSING_SOON:
      return t("We close soon. Those who wait now are still served.");
    case WAITING_NOTICE.COME_ANOTHER_DAY:
      return t("There are very many visitors today. If you can, please come another day.");
  }
}
