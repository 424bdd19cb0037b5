// What is said about the queue, in plain words. The rules are in waiting-model.js.
import { locale, t, timeOfDay, tn } from "shared/locale.js";
import { PASSED_ON, TIER_NAME, WAITING_NOTICE } from "shared/wire.gen.js";
import { SEARCH } from "../waiting-model.js";
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
export function foundInWords(kiosk, { tier, also, named }) {
  if (named) return t("We are calling {name}", { name: isolated(named) });
  if (tier === TIER_NAME.INTERPRETED) return t("We found an advisor and an interpreter");
  // With which of several languages is not known here.
  if (tier === TIER_NAME.OTHER_LANGUAGE && also.length === 1) {
    return t("We found an advisor who speaks {language}", { language: anyOf(kiosk, also) });
  }
  return t("We found an advisor");
}

/** The page's heading while nobody is rung. @param {OwnCall} call @param {Searched["search"] | undefined} search */
export function placeInWords({ position, named }, search) {
  if (search === SEARCH.NOBODY) return t("Nobody is here for this language just now");
  if (named) return t("We are waiting for {name}", { name: isolated(named) });
  if (position <= 1) return t("You are next");
  return tn("There is {n} person before you", "There are {n} people before you", position - 1);
}

/** Whom the desk looks for, in a sentence. @param {Kiosk} kiosk @param {OwnCall} call @param {Searched | null} searched */
export function searchInWords(kiosk, { also }, searched) {
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

/** Why somebody who has talked waits again, at the front. @param {Kiosk} kiosk @param {OwnCall} call */
export function passedOnInWords(kiosk, { passed_on, language, named }) {
  switch (passed_on) {
    case PASSED_ON.LOST:
      return t("The connection to the advisor was lost. You are first in line for the next one.");
    case PASSED_ON.LANGUAGE:
      return t("Your advisor has passed you on to the queue for {language}. You are first in line.", { language: anyOf(kiosk, [language]) });
    case PASSED_ON.COLLEAGUE:
      return named
        ? t("Your advisor has passed you on to {name}. You are first in line.", { name: isolated(named) })
        : t("The colleague could not come just now. You are first in line for the next advisor.");
    default:
      return null;
  }
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
