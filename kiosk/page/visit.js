// The visit as signals: what the visitor does and what the desk says come together here, and what follows from it is
// carried out (commands, the conversation, the page's language). Rules are in model.js.
import { computed, effect, signal } from "@preact/signals";
import { all, only } from "shared/desk.js";
import { useLanguage } from "shared/locale.js";
import { CALL_CHANNEL, ERROR_CODE, EVENT } from "shared/wire.gen.js";
import { isCameraOff } from "./call-model.js";
import {
  NOBODY,
  asksForCall,
  callOf,
  changesTextSize,
  hearsOfCall,
  isRefused,
  languageOf,
  leavesCall,
  missesLanguage,
  stageOf,
  startsAgain,
  targetOf,
  togglesAlso,
  touchesLanguage,
  wantedBy,
  wishesFor,
} from "./model.js";
import { dutyOf } from "./waiting-model.js";

/** The page turns without its new texts when they take longer than this. */
const WAIT_FOR_TEXTS_MS = 400;

/** @typedef {ReturnType<typeof createVisit>} Kiosk */

/**
 * @param {object} parts
 * @param {import("shared/page.js").Boot} parts.boot
 * @param {ReturnType<typeof import("shared/page.js").openDesk>} parts.desk
 * @param {ReturnType<typeof import("shared/conversation.js").createConversation>} parts.conversation
 */
export function createVisit({ boot, desk: { desk, line, connection, now }, conversation }) {
  const visit = signal(NOBODY);
  const around = computed(() => ({
    heard: desk.value.via !== "nothing",
    signedOut: line.value.state === "refused" && line.value.code === ERROR_CODE.NOT_SIGNED_IN,
    kiosk: only(desk.value, "own_kiosk"),
    call: only(desk.value, "own_call"),
    page: connection.page,
  }));
  const stage = computed(() => stageOf(visit.value, around.value));
  const call = computed(() => callOf(visit.value, around.value));
  const left = computed(() => visit.value.left);
  const language = computed(() => languageOf(visit.value, around.value, boot.language));
  const cameraOff = computed(() => isCameraOff(visit.value));
  const speak = speaker(boot.language);

  effect(() => {
    const { gone } = desk.value;
    visit.value = hearsOfCall(visit.peek(), only(desk.value, "own_call"), gone);
  });
  effect(() => {
    // Read here, so that only the desk or a farewell calls the conversation: a snapshot asks it for a new connection.
    const fresh = desk.value.via === "snapshot";
    void left.value;
    const target = targetOf(visit.peek(), around.peek());
    conversation.follow(target, fresh);
    // Who only writes is never asked for a camera or microphone.
    if (target && target.channel !== CALL_CHANNEL.CHAT) void conversation.prepare();
  });
  effect(() => {
    // Texts that could not be had without the line are asked for again when it is back.
    void line.value.state;
    void speak(language.value);
  });
  effect(() => conversation.setCameraOff(cameraOff.value));
  effect(() => {
    document.documentElement.dataset.textSize = String(visit.value.textSize);
  });

  /** @param {(visit: import("./model.js").Visit) => import("./model.js").Visit} change */
  function changes(change) {
    visit.value = change(visit.peek());
  }

  /** @param {typeof CALL_CHANNEL[keyof typeof CALL_CHANNEL]} channel */
  async function joins(channel) {
    const wanted = wantedBy(visit.peek(), channel);
    if (!wanted || visit.peek().asking) return;
    changes(asksForCall);
    let answer = await connection.command(EVENT.JOIN, wanted);
    // The desk may still have the call that the last visitor left while it could not be reached.
    while (!answer.ok && answer.code === ERROR_CODE.CALL_EXISTS && left.peek()) {
      await until(() => !left.value);
      if (!visit.peek().asking) return;
      answer = await connection.command(EVENT.JOIN, wanted);
    }
    if (!answer.ok) changes((before) => isRefused(before, answer.code));
  }

  return {
    boot,
    desk,
    line,
    now,
    conversation,
    visit,
    stage,
    call,
    kiosk: computed(() => around.value.kiosk),
    /** Who is there, by the code of the language. The desk names only languages of which there is something to say. */
    duties: computed(() => new Map(all(desk.value, "language").map((entity) => [entity.id, dutyOf(entity)]))),
    /** The supervisor's messages to those who wait. */
    notices: computed(() => all(desk.value, "notice")),

    /** @param {string} code */
    async chooses(code) {
      await Promise.race([speak(code), new Promise((resolve) => setTimeout(resolve, WAIT_FOR_TEXTS_MS))]);
      changes((before) => touchesLanguage(before, code));
    },
    misses: () => changes(missesLanguage),
    startsAgain: () => changes(startsAgain),
    changesTextSize: () => changes(changesTextSize),
    /** @param {boolean} on */
    setHidden: (on) => changes((before) => ({ ...before, hidden: on })),
    /** @param {boolean} on */
    setCameraOff: (on) => changes((before) => ({ ...before, cameraOff: on })),
    /** @param {boolean} on */
    setHelp: (on) => changes((before) => ({ ...before, help: on })),
    /** @param {string} code */
    togglesAlso: (code) => changes((before) => togglesAlso(before, code)),
    /** @param {import("./model.js").Visit["wish"]} wish */
    wishesFor: (wish) => changes((before) => wishesFor(before, wish)),
    asksToTalk: () => joins(CALL_CHANNEL.VIDEO),
    asksToWrite: () => joins(CALL_CHANNEL.CHAT),
    leaves() {
      const going = call.peek();
      if (!going) return;
      changes((before) => leavesCall(before, going));
      // For this page the call is over; the desk is told for as long as it takes.
      void connection.command(EVENT.LEAVE, { call: going.id }, () => left.peek() === going.id);
    },
    claims: () => connection.claim(),
  };
}

/** Resolves when what the condition reads from signals makes it true. @param {() => boolean} condition @returns {Promise<void>} */
function until(condition) {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (condition()) queueMicrotask(() => (stop(), resolve()));
    });
  });
}

/**
 * Turns the page's language, one request after the other, so that a slow answer never overtakes a later one.
 * @param {string} first The language that the page has.
 */
function speaker(first) {
  let wanted = first;
  let turn = Promise.resolve();
  /** @param {string} code */
  return (code) => {
    if (code === wanted) return turn;
    wanted = code;
    turn = turn.then(async () => {
      if (wanted !== code) return;
      // Without the texts the page stays in the language that it has, and the visit goes on.
      await useLanguage(code).catch(() => (wanted = ""));
    });
    return turn;
  };
}

