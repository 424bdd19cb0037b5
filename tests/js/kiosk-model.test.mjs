// The kiosk's rules: which page is due, what becomes of a call, what is asked for, what the conversation follows, what a key
// writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENDING, endingOf } from "../../kiosk/page/ending-model.js";
import { firstLetters, isWriting, layerAfter, layoutName, touchLayers, typed } from "../../kiosk/page/keyboard.js";
import {
  ALSO_AT_MOST,
  NOBODY,
  STAGE,
  TEXT_SIZES,
  asksForCall,
  changesTextSize,
  hearsOfCall,
  isForgettable,
  isIdle,
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
} from "../../kiosk/page/model.js";
import { CALL_CHANNEL, CALL_STATE, END_REASON, ERROR_CODE } from "../../web/static/shared/wire.gen.js";
import english from "../../web/static/vendor/keyboard-layouts/english.js";
import arabic from "../../web/static/vendor/keyboard-layouts/arabic.js";

const PAGE = "page-one";

const LINK = Object.freeze({ link: 1, other: "amina", starts: false, generation: 1, talking: true, there: true });
const RINGING = Object.freeze({ state: CALL_STATE.RINGING, position: 0, links: [{ ...LINK, talking: false }] });
const TALKING = Object.freeze({
  state: CALL_STATE.CONNECTED, position: 0, links: [LINK],
  people: [{ id: "amina", name: "Amina", role: "advisor", since_ms: 1, there: true }],
});

function aCall(fields = {}) {
  return {
    id: "call-1", kind: "own_call", state: CALL_STATE.WAITING, language: "ar", queue: "ar", served_in: null, also: [], channel: CALL_CHANNEL.VIDEO,
    joined_at_ms: 0, waiting_since_ms: 0, position: 1, steps: [], tier: null, wish: null, wish_until_ms: null, named: null,
    passed_on: null, people: [], asked: null, accepted_at_ms: null, links: [], ...fields,
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
  kiosk.hears(aCall(RINGING));
  seen.push(kiosk.stage);
  kiosk.hears(aCall(TALKING));
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
    .does(togglesAlso, "en")
    .does(wishesFor, "woman")
    .does(changesTextSize)
    .does(asksForCall)
    .hears(aCall(TALKING))
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
    () => kiosk.hears(aCall(TALKING)),
    () => kiosk.hears(null, gone(END_REASON.COMPLETED)),
    () => kiosk.does(startsAgain),
  ]) {
    step();
    spoken.push(kiosk.language);
  }
  assert.deepEqual(spoken, ["fi", "ar", "ar", "ar", "ar", "ar", "fi"]);
});

test("a page that is reloaded in mid-call comes back into the call and its language", () => {
  const kiosk = story().hears(aCall({ ...TALKING, language: "ru" }));
  assert.equal(kiosk.stage, STAGE.CALL);
  assert.equal(kiosk.language, "ru");
  assert.deepEqual(kiosk.target, { call: "call-1", channel: "video", links: [LINK] });
});

test("an advisor who is lost brings the visitor back to waiting, without a connection to follow", () => {
  const kiosk = story()
    .hears(aCall(TALKING))
    .hears(aCall({ passed_on: "lost", links: [LINK] }));
  assert.equal(kiosk.stage, STAGE.WAITING);
  assert.deepEqual(kiosk.target, { call: "call-1", channel: "video", links: [] });
});

test("while it rings the connection is followed, but nobody talks yet", () => {
  const kiosk = story().hears(aCall(RINGING));
  assert.deepEqual(kiosk.target, { call: "call-1", channel: "video", links: RINGING.links });
});

test("a visitor who is passed on to another language is spoken to in their own, to the end", () => {
  const kiosk = story()
    .does(touchesLanguage, "fa")
    .hears(aCall({ ...TALKING, language: "fa" }))
    .hears(aCall({ passed_on: "language", language: "fa", queue: "prs" }));
  assert.equal(kiosk.stage, STAGE.WAITING);
  assert.equal(kiosk.language, "fa");
  kiosk.hears(null, gone(END_REASON.NO_ADVISOR));
  assert.equal(kiosk.language, "fa");
});

test("a written visit is followed as one", () => {
  const kiosk = story().hears(aCall({ ...TALKING, channel: CALL_CHANNEL.CHAT }));
  assert.equal(kiosk.target.channel, CALL_CHANNEL.CHAT);
});

test("who just touches Continue asks for nothing special", () => {
  const { visit } = story().does(touchesLanguage, "ar");
  assert.deepEqual(wantedBy(visit, CALL_CHANNEL.VIDEO), { language: "ar", also: [], wish: null, channel: "video" });
  assert.equal(wantedBy(NOBODY, CALL_CHANNEL.VIDEO), null);
});

test("other languages, a wish and writing are asked for together", () => {
  const { visit } = story().does(touchesLanguage, "ar").does(togglesAlso, "so").does(togglesAlso, "en").does(wishesFor, "woman");
  assert.deepEqual(wantedBy(visit, CALL_CHANNEL.CHAT), { language: "ar", also: ["so", "en"], wish: "woman", channel: "chat" });
});

test("at most three other languages are taken, never one's own, and a second touch takes one back", () => {
  const kiosk = story().does(touchesLanguage, "ar");
  for (const code of ["ar", "en", "fi", "so", "ru"]) kiosk.does(togglesAlso, code);
  assert.equal(ALSO_AT_MOST, 3);
  assert.deepEqual(kiosk.visit.also, ["en", "fi", "so"]);
  kiosk.does(togglesAlso, "fi").does(togglesAlso, "ru");
  assert.deepEqual(kiosk.visit.also, ["en", "so", "ru"]);
});

test("a wish can be taken back, and another language begins without the wishes of the last", () => {
  const kiosk = story().does(touchesLanguage, "ar").does(wishesFor, "man").does(wishesFor, null);
  assert.equal(kiosk.visit.wish, null);
  kiosk.does(wishesFor, "woman").does(togglesAlso, "en").does(touchesLanguage, "en");
  assert.deepEqual([kiosk.visit.wish, kiosk.visit.also], [null, []]);
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
  const talking = aCall(TALKING);
  const kiosk = story().hears(talking).does(leavesCall, talking);
  assert.equal(kiosk.stage, STAGE.THANKS);
  assert.equal(kiosk.target, null);
  assert.equal(kiosk.language, "ar");
  kiosk.hears(null, gone(END_REASON.VISITOR_LEFT));
  assert.equal(kiosk.stage, STAGE.THANKS);
});

test("a farewell the desk has not heard is remembered over the end of the visit, and forgotten after", () => {
  const talking = aCall(TALKING);
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
  assert.equal(kiosk.visit.ended.ending, ENDING.LOST);
});

test("every reason the desk can give has its ending", () => {
  const endings = Object.fromEntries([...Object.values(END_REASON), null].map((reason) => [reason, endingOf(reason)]));
  assert.deepEqual(endings, {
    [END_REASON.COMPLETED]: ENDING.THANKS,
    // The visitor stands here and touched nothing: this kiosk's line was away for too long.
    [END_REASON.VISITOR_LEFT]: ENDING.LOST,
    [END_REASON.ADVISOR_LEFT]: ENDING.LOST,
    // Passed on, and nobody took over.
    [END_REASON.TRANSFERRED]: ENDING.NO_ADVISOR,
    [END_REASON.NO_ADVISOR]: ENDING.NO_ADVISOR,
    [END_REASON.CLOSED]: ENDING.CLOSED,
    [END_REASON.ABANDONED]: ENDING.LOST,
    [END_REASON.TOUCHED]: ENDING.LOST,
    [END_REASON.FAILED]: ENDING.ENDED,
    null: ENDING.LOST,
  });
});

test("an end remembers whether the visit was written, from whichever side it came", () => {
  const chat = aCall({ ...TALKING, channel: CALL_CHANNEL.CHAT });
  const theirs = story().hears(chat).hears(null, gone(END_REASON.FAILED));
  assert.deepEqual(theirs.visit.ended, { ending: ENDING.ENDED, language: "ar", written: true });
  const own = story().hears(chat).does(leavesCall, chat);
  assert.deepEqual(own.visit.ended, { ending: ENDING.THANKS, language: "ar", written: true });
  const spoken = story().hears(aCall(TALKING)).hears(null, gone(END_REASON.COMPLETED));
  assert.equal(spoken.visit.ended.written, false);
});

test("a refused call leaves the visitor at the notice, with the reason", () => {
  const kiosk = story().does(touchesLanguage, "ar").does(asksForCall).does(isRefused, ERROR_CODE.DESK_UNAVAILABLE);
  assert.equal(kiosk.stage, STAGE.NOTICE);
  assert.equal(kiosk.visit.asking, false);
  assert.equal(kiosk.visit.refusal, ERROR_CODE.DESK_UNAVAILABLE);
});

test("wishes are kept while the desk refuses", () => {
  const kiosk = story().does(touchesLanguage, "ar").does(wishesFor, "woman").does(asksForCall).does(isRefused, ERROR_CODE.LANGUAGE_CLOSED);
  assert.equal(kiosk.stage, STAGE.NOTICE);
  assert.equal(kiosk.visit.wish, "woman");
});

test("a call that exists already is waited for", () => {
  const kiosk = story().does(touchesLanguage, "ar").does(asksForCall).does(isRefused, ERROR_CODE.CALL_EXISTS);
  assert.equal(kiosk.visit.asking, true);
  assert.equal(kiosk.hears(aCall()).stage, STAGE.WAITING);
});

test("another window, a missing sign-in and a silent bridge go before everything else", () => {
  const call = aCall(TALKING);
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

test("every keyboard has a key to the signs, which are the same everywhere, and a way back", () => {
  for (const [layout, language] of [[english.layout, "en"], [arabic.layout, "ar"]]) {
    const layers = touchLayers(layout, language);
    for (const layer of ["default", "shift"]) assert.ok(layers[layer].join(" ").split(" ").includes("{symbols}"), layer);
    const signs = layers.symbols.join(" ").split(" ");
    for (const key of [..."@/:!?1234567890", "{letters}", "{space}", "{bksp}", "{enter}"]) assert.ok(signs.includes(key), `${language}: ${key}`);
    assert.equal(new Set(signs).size, signs.length, "no key twice");
  }
});

test("who writes in another script has the letters of addresses, too", () => {
  const has = (layout, language) => touchLayers(layout, language).symbols.join(" ").includes("{latin}");
  assert.deepEqual([has(arabic.layout, "ar"), has(english.layout, "so")], [true, false]);
  const latin = touchLayers(arabic.layout, "ar").latin.join(" ").split(" ");
  for (const key of [..."abcdefghijklmnopqrstuvwxyzåäö@.", "{letters}", "{bksp}"]) assert.ok(latin.includes(key), key);
  assert.deepEqual(["ar", "ru", "fi", "so"].map(firstLetters), ["أ ب ج", "АБВ", "ABC", "ABC"]);
});

test("capitals are for one letter, signs stay until one goes back", () => {
  assert.equal(layerAfter("default", "{shift}"), "shift");
  assert.equal(layerAfter("shift", "{shift}"), "default");
  assert.equal(layerAfter("shift", "A"), "default");
  for (const key of ["{space}", "{bksp}"]) assert.equal(layerAfter("shift", key), "shift", key);
  assert.equal(layerAfter("default", "{symbols}"), "symbols");
  for (const key of ["@", "{space}", "{bksp}"]) assert.equal(layerAfter("symbols", key), "symbols", key);
  assert.equal(layerAfter("symbols", "{latin}"), "latin");
  assert.equal(layerAfter("latin", "{letters}"), "default");
  assert.deepEqual(["a", "@", "{space}", "{bksp}", "{symbols}", "{shift}", "{letters}"].map(isWriting), [true, true, true, true, false, false, false]);
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
