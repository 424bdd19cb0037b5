// The kiosk's rules: which page is due, what becomes of a call, what the conversation follows, what a key writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutName, touchLayers, typed } from "../../kiosk/page/keyboard.js";
import {
  ENDING,
  NOBODY,
  PICTURE,
  STAGE,
  TEXT_SIZES,
  asksForCall,
  changesTextSize,
  endingOf,
  hearsOfCall,
  isCameraOff,
  isForgettable,
  isIdle,
  isRefused,
  languageOf,
  leavesCall,
  missesLanguage,
  pictureOf,
  stageOf,
  startsAgain,
  targetOf,
  touchesLanguage,
} from "../../kiosk/page/model.js";
import { CALL_STATE, END_REASON, ERROR_CODE } from "../../web/static/shared/wire.gen.js";
import english from "../../web/static/vendor/keyboard-layouts/english.js";
import arabic from "../../web/static/vendor/keyboard-layouts/arabic.js";

const PAGE = "page-one";

function aCall(fields = {}) {
  return {
    id: "call-1", kind: "own_call", state: CALL_STATE.WAITING, language: "ar", joined_at_ms: 0, position: 1, generation: 0,
    advisor: null, accepted_at_ms: null, requeued: false, other_there: true,
  other_there: true, ...fields,
  };
}

function around(fields = {}) {
  const kiosk = { id: "saarijarvi", kind: "own_kiosk", page: PAGE, name: "Saarijärvi library", municipality: "729" };
  return { heard: true, signedOut: false, kiosk, call: null, page: PAGE, ...fields };
}

/** A page that the desk tells of one call after the other; gives the visit and the stage after each. */
function story() {
  let visit = NOBODY;
  let now = around();
  return {
    does(change, ...more) {
      visit = change(visit, ...more);
      return this;
    },
    hears(call, gone = []) {
      now = around({ call });
      visit = hearsOfCall(visit, call, gone);
      return this;
    },
    get stage() {
      return stageOf(visit, now);
    },
    get visit() {
      return visit;
    },
    get language() {
      return languageOf(visit, now, "fi");
    },
    get target() {
      return targetOf(visit, now);
    },
  };
}

function gone(reason, id = "call-1") {
  return [{ kind: "own_call", id, reason }];
}

test("a whole visit goes from the start to the thanks and back", () => {
  const kiosk = story();
  const seen = [kiosk.stage];
  kiosk.does(touchesLanguage, "ar");
  seen.push(kiosk.stage);
  kiosk.does(asksForCall);
  seen.push(kiosk.stage);
  kiosk.hears(aCall());
  seen.push(kiosk.stage);
  kiosk.hears(aCall({ state: CALL_STATE.RINGING, generation: 1, position: 0 }));
  seen.push(kiosk.stage);
  kiosk.hears(aCall({ state: CALL_STATE.CONNECTED, generation: 1, position: 0, advisor: "Amina" }));
  seen.push(kiosk.stage);
  kiosk.hears(null, gone(END_REASON.COMPLETED));
  seen.push(kiosk.stage);
  kiosk.does(startsAgain);
  seen.push(kiosk.stage);
  assert.deepEqual(seen, [
    STAGE.START, STAGE.NOTICE, STAGE.NOTICE, STAGE.WAITING, STAGE.WAITING, STAGE.CALL, STAGE.THANKS, STAGE.START,
  ]);
});

test("nothing of a visit is left when it is over", () => {
  const kiosk = story()
    .does(missesLanguage)
    .does(touchesLanguage, "ar")
    .does(changesTextSize)
    .does(asksForCall)
    .hears(aCall({ state: CALL_STATE.CONNECTED, generation: 1 }))
    .does((visit) => ({ ...visit, hidden: true, cameraOff: true, help: true }))
    .hears(null, gone(END_REASON.COMPLETED))
    .does(startsAgain);
  assert.deepEqual(kiosk.visit, NOBODY);
  assert.equal(kiosk.language, "fi");
});

test("the page speaks the visitor's language from the touch to the thanks", () => {
  const kiosk = story();
  const spoken = [kiosk.language];
  for (const step of [
    () => kiosk.does(touchesLanguage, "ar"),
    () => kiosk.does(asksForCall),
    () => kiosk.hears(aCall()),
    () => kiosk.hears(aCall({ state: CALL_STATE.CONNECTED, generation: 1 })),
    () => kiosk.hears(null, gone(END_REASON.COMPLETED)),
    () => kiosk.does(startsAgain),
  ]) {
    step();
    spoken.push(kiosk.language);
  }
  assert.deepEqual(spoken, ["fi", "ar", "ar", "ar", "ar", "ar", "fi"]);
});

test("a page that is reloaded in mid-call comes back into the call and its language", () => {
  const kiosk = story().hears(aCall({ state: CALL_STATE.CONNECTED, generation: 2, language: "ru" }));
  assert.equal(kiosk.stage, STAGE.CALL);
  assert.equal(kiosk.language, "ru");
  assert.deepEqual(kiosk.target, { call: "call-1", generation: 2, talking: true, otherThere: true });
});

test("an advisor who is lost brings the visitor back to waiting, without a connection to follow", () => {
  const kiosk = story()
    .hears(aCall({ state: CALL_STATE.CONNECTED, generation: 1 }))
    .hears(aCall({ state: CALL_STATE.WAITING, generation: 1, requeued: true }));
  assert.equal(kiosk.stage, STAGE.WAITING);
  assert.deepEqual(kiosk.target, { call: "call-1", generation: 0, talking: false });
});

test("while it rings the connection is followed, but nobody talks yet", () => {
  const kiosk = story().hears(aCall({ state: CALL_STATE.RINGING, generation: 3 }));
  assert.deepEqual(kiosk.target, { call: "call-1", generation: 3, talking: false, otherThere: true });
});

test("leaving the queue goes straight to the start, also before the desk has heard of it", () => {
  const kiosk = story().hears(aCall()).does(leavesCall, aCall());
  assert.equal(kiosk.stage, STAGE.START);
  assert.equal(kiosk.target, null);
  kiosk.hears(aCall({ position: 2 }));
  assert.equal(kiosk.stage, STAGE.START);
  kiosk.hears(null, gone(END_REASON.ABANDONED));
  assert.deepEqual(kiosk.visit, NOBODY);
});

test("ending the call closes it here at once, and the desk's own word changes nothing more", () => {
  const talking = aCall({ state: CALL_STATE.CONNECTED, generation: 1 });
  const kiosk = story().hears(talking).does(leavesCall, talking);
  assert.equal(kiosk.stage, STAGE.THANKS);
  assert.equal(kiosk.target, null);
  assert.equal(kiosk.language, "ar");
  kiosk.hears(null, gone(END_REASON.VISITOR_LEFT));
  assert.equal(kiosk.stage, STAGE.THANKS);
});

test("a farewell the desk has not heard is remembered over the end of the visit, and forgotten after", () => {
  const talking = aCall({ state: CALL_STATE.CONNECTED, generation: 1 });
  const kiosk = story().hears(talking).does(leavesCall, talking).does(startsAgain);
  assert.equal(kiosk.stage, STAGE.START);
  kiosk.hears(talking);
  assert.equal(kiosk.stage, STAGE.START);
  assert.equal(kiosk.visit.left, "call-1");
  kiosk.hears(null, gone(END_REASON.VISITOR_LEFT));
  assert.deepEqual(kiosk.visit, NOBODY);
});

test("the next visitor's call is shown although the last one was left by hand", () => {
  const kiosk = story().hears(aCall()).does(leavesCall, aCall()).hears(aCall({ id: "call-2", language: "so" }), gone(END_REASON.ABANDONED));
  assert.equal(kiosk.stage, STAGE.WAITING);
  assert.equal(kiosk.language, "so");
});

test("a change of the desk that is told twice is told once", () => {
  const once = story().does(touchesLanguage, "ar").hears(aCall());
  const twice = story().does(touchesLanguage, "ar").hears(aCall()).hears(aCall());
  assert.deepEqual(twice.visit, once.visit);
  once.hears(null, gone(END_REASON.COMPLETED));
  twice.hears(null, gone(END_REASON.COMPLETED)).hears(null, gone(END_REASON.COMPLETED));
  assert.deepEqual(twice.visit, once.visit);
});

test("a call that is missing from a snapshot has ended without a word", () => {
  const kiosk = story().hears(aCall()).hears(null);
  assert.equal(kiosk.stage, STAGE.THANKS);
  assert.equal(endingOf(kiosk.visit.ended.reason), ENDING.LOST);
});

test("every reason the desk can give has its ending", () => {
  const endings = Object.fromEntries([...Object.values(END_REASON), null].map((reason) => [reason, endingOf(reason)]));
  assert.deepEqual(endings, {
    [END_REASON.COMPLETED]: ENDING.THANKS,
    [END_REASON.VISITOR_LEFT]: ENDING.THANKS,
    [END_REASON.ADVISOR_LEFT]: ENDING.THANKS,
    [END_REASON.TRANSFERRED]: ENDING.THANKS,
    [END_REASON.NO_ADVISOR]: ENDING.NO_ADVISOR,
    [END_REASON.CLOSED]: ENDING.CLOSED,
    [END_REASON.ABANDONED]: ENDING.LOST,
    [END_REASON.TOUCHED]: ENDING.LOST,
    [END_REASON.FAILED]: ENDING.LOST,
    null: ENDING.LOST,
  });
});

test("a refused call leaves the visitor at the notice, with the reason", () => {
  const kiosk = story().does(touchesLanguage, "ar").does(asksForCall).does(isRefused, ERROR_CODE.DESK_UNAVAILABLE);
  assert.equal(kiosk.stage, STAGE.NOTICE);
  assert.equal(kiosk.visit.asking, false);
  assert.equal(kiosk.visit.refusal, ERROR_CODE.DESK_UNAVAILABLE);
});

test("a call that exists already is waited for", () => {
  const kiosk = story().does(touchesLanguage, "ar").does(asksForCall).does(isRefused, ERROR_CODE.CALL_EXISTS);
  assert.equal(kiosk.visit.asking, true);
  assert.equal(kiosk.hears(aCall()).stage, STAGE.WAITING);
});

test("another window, a missing sign-in and a silent bridge go before everything else", () => {
  const call = aCall({ state: CALL_STATE.CONNECTED, generation: 1 });
  const elsewhere = around({ call, page: "page-two" });
  assert.equal(stageOf(NOBODY, elsewhere), STAGE.ELSEWHERE);
  assert.equal(targetOf(NOBODY, elsewhere), null);
  assert.equal(stageOf(NOBODY, around({ call, signedOut: true })), STAGE.SIGNED_OUT);
  assert.equal(stageOf(NOBODY, around({ heard: false, kiosk: null })), STAGE.OPENING);
});

test("the page may reload itself or forget only where no visitor is in the middle of something", () => {
  const busy = Object.values(STAGE).filter((stage) => !isIdle(stage));
  assert.deepEqual(busy, [STAGE.NOTICE, STAGE.WAITING, STAGE.CALL, STAGE.THANKS]);
  const forgotten = Object.values(STAGE).filter((stage) => isForgettable(NOBODY, stage));
  assert.deepEqual(forgotten, [STAGE.MISSING, STAGE.NOTICE]);
  assert.ok(isForgettable(changesTextSize(NOBODY), STAGE.START));
});

test("the text size comes round to the usual one", () => {
  let visit = NOBODY;
  for (let touch = 0; touch < TEXT_SIZES; touch += 1) visit = changesTextSize(visit);
  assert.equal(visit.textSize, 0);
});

test("hiding the pictures keeps the camera from sending, and showing them gives back what was chosen", () => {
  assert.equal(isCameraOff({ ...NOBODY, hidden: true }), true);
  assert.equal(isCameraOff({ ...NOBODY, hidden: false }), false);
  assert.equal(isCameraOff({ ...NOBODY, cameraOff: true, hidden: false }), true);
});

test("the words over the advisor's picture are honest", () => {
  const seen = { path: "connected", moving: false, connectedBefore: true, forMs: 0 };
  assert.equal(pictureOf({ ...seen, path: "connecting", connectedBefore: false }), PICTURE.COMING);
  assert.equal(pictureOf(seen), PICTURE.COMING);
  assert.equal(pictureOf({ ...seen, moving: true }), PICTURE.LIVE);
  assert.equal(pictureOf({ ...seen, forMs: 60000 }), PICTURE.NONE);
  for (const path of ["interrupted", "connecting", "failed", "none"]) {
    assert.equal(pictureOf({ ...seen, path, moving: true }), PICTURE.BROKEN, path);
  }
});

test("the keyboard keeps every letter of the desk's layout and drops the keys of a desk", () => {
  const keys = touchLayers(arabic.layout, "ar").default.join(" ").split(" ");
  for (const letter of "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ") assert.ok(keys.includes(letter), letter);
  for (const sign of ["{tab}", "{lock}", "\\", ".com"]) assert.ok(!keys.includes(sign), sign);
  for (const key of ["{shift}", "{space}", "{bksp}", "{enter}", "؟"]) assert.equal(keys.filter((one) => one === key).length, 1, key);
});

test("a language without a layout writes with the English one and the letters it has beyond that", () => {
  assert.equal(layoutName("et"), "english");
  const layers = touchLayers(english.layout, "et");
  assert.ok(layers.default.includes("ä ö õ ü š ž"));
  assert.ok(layers.shift.includes("Ä Ö Õ Ü Š Ž"));
  assert.equal(layers.shift[0], "1 2 3 4 5 6 7 8 9 0");
});

test("keys write at the caret, over a selection, and erase whole letters", () => {
  assert.deepEqual(typed("ab", 1, 1, "x"), { text: "axb", caret: 2 });
  assert.deepEqual(typed("abc", 0, 2, "{space}"), { text: " c", caret: 1 });
  assert.deepEqual(typed("abc", 3, 3, "{bksp}"), { text: "ab", caret: 2 });
  assert.deepEqual(typed("abc", 1, 3, "{bksp}"), { text: "a", caret: 1 });
  assert.deepEqual(typed("", 0, 0, "{bksp}"), { text: "", caret: 0 });
  assert.deepEqual(typed("a😀", 3, 3, "{bksp}"), { text: "a", caret: 1 });
});

test("a mark of tone joins the vowel before it", () => {
  assert.deepEqual(typed("tiê", 3, 3, "\u0301"), { text: "tiế", caret: 3 });
});
