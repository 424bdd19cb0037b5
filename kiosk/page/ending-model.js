// How a call came to its end, as the visitor needs to hear it. Pure.
import { END_REASON } from "shared/wire.gen.js";

/** @typedef {import("shared/wire.gen.js").Gone} Gone */

/** `ended`: by a supervisor, or because it went on for too long. */
export const ENDING = Object.freeze({
  THANKS: "thanks",
  NO_ADVISOR: "no_advisor",
  CLOSED: "closed",
  ENDED: "ended",
  LOST: "lost",
});

/** @typedef {typeof ENDING[keyof typeof ENDING]} Ending */

/**
 * How the visitor is told of an end that did not come from this page.
 * @param {Gone["reason"]} reason @returns {Ending}
 */
export function endingOf(reason) {
  switch (reason) {
    case END_REASON.COMPLETED:
      return ENDING.THANKS;
    case END_REASON.NO_ADVISOR:
    case END_REASON.TRANSFERRED:
      // Passed on, and nobody took over.
      return ENDING.NO_ADVISOR;
    case END_REASON.CLOSED:
      return ENDING.CLOSED;
    case END_REASON.FAILED:
      return ENDING.ENDED;
    default:
      // Ended without a word to this page, or because the visitor was gone although they stand here: the line was the cause.
      return ENDING.LOST;
  }
}
