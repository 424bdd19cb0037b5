// The console of an advisor or interpreter: wires the desk, the talks and the page together.
import { computed, effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { createConversations } from "shared/conversations.js";
import { useLanguage } from "shared/locale.js";
import { onNetworkChange, openDesk, readBoot } from "shared/page.js";
import { html } from "shared/ui.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { createActions } from "./actions.js";
import { isNewState, remembered, whatHappened } from "./changes.js";
import { createChats } from "./chats.js";
import { stillOpen } from "./draft.js";
import { saveInTime } from "./in-time.js";
import { VIEW, isIdle, offerClock, opened, ringsHow, seen, targets } from "./model.js";
import { createRing } from "./ring.js";
import { createSaving } from "./saving.js";
import { App } from "./views/app.js";

/** @typedef {import("./changes.js").Happening} Happening */
/** @typedef {ReturnType<typeof openConsole>} Console What every view is given. */

function openConsole() {
  const boot = readBoot();
  /** @type {ReturnType<typeof createConversations>} */
  let conversations;
  const { desk, line, connection, now } = openDesk(boot, {
    onSignal: (kind, message) => conversations.receive(kind, message),
    idle: () => isIdle(page.value),
  });
  const page = computed(() => seen(desk.value, connection.page));
  conversations = createConversations({
    side: /** @type {"advisor" | "interpreter"} */ (boot.role),
    author: boot.seat,
    connection,
    lineUp: () => line.peek().state === "connected",
    now,
  });
  /** Which of one's calls and wrap-ups is open in the middle, by call; what is not there means the first. */
  const chosen = signal("");
  const shown = computed(() => opened(page.value, chosen.value));
  const actions = createActions(connection, (call) => conversations.of(call)?.report());
  const drafts = signal(/** @type {import("./draft.js").Drafts} */ ({}));
  /** The chat that was answered beside others: its field is to have the focus. */
  const writeIn = signal("");
  return {
    boot,
    desk,
    line,
    now,
    /** What this page load shows of the desk. */
    page,
    chosen,
    shown,
    conversations,
    /** The talk of the call that is open in the middle. */
    conversation: computed(() => (shown.value.call ? conversations.of(shown.value.call.id) : null)),
    chats: createChats(conversations, boot.seat),
    /** What the end of the page shows in a call with sound. */
    panel: signal(/** @type {"chat" | "tools"} */ ("chat")),
    hurry: connection.hurry,
    actions,
    /** Take what is offered, and have it in the middle. @param {import("shared/wire.gen.js").OwnOffer} offer */
    async answer(offer) {
      const writes = offer.channel === CALL_CHANNEL.CHAT && ringsHow(page.value) === "beside";
      if (!(await actions.accept(offer.id))) return;
      chosen.value = offer.call;
      if (writes) writeIn.value = offer.call;
    },
    writeIn,
    ring: createRing(),
    /** The wrap-ups that are being filled in. */
    drafts,
    save: createSaving({ page, drafts, actions }),
    /** What is known of calls that are over, as far as this page saw them. */
    pasts: signal(/** @type {import("./changes.js").Pasts} */ ({})),
    /** What happened last, to be said; and what of it stays written until it is closed or something else goes on. */
    happened: signal(/** @type {readonly Happening[]} */ ([])),
    notice: signal(/** @type {Happening | null} */ (null)),
    /** The language of the next visit or phone call at the desk; "" is not said. */
    serveLanguage: signal(""),
  };
}

/** The talks follow the desk; what a change took away is remembered for the view after it. @param {Console} console */
function followDesk({ desk, page, now, conversations, chats, actions, chosen, drafts, pasts, happened, notice, panel }) {
  let before = page.value;
  desk.subscribe((changed) => {
    const after = page.value;
    conversations.follow(targets(after), changed.via === "snapshot");
    pasts.value = remembered(pasts.peek(), before, after, changed);
    const told = whatHappened(before, after, changed, actions.done, now());
    if (told.length) happened.value = told;
    else if (isNewState(before, after)) happened.value = [];
    const stays = told.findLast(({ kind }) => kind !== "joined");
    if (stays) notice.value = stays;
    else if (before.view !== after.view && after.view !== VIEW.AVAILABLE) notice.value = null;
    if (after.offer && after.offer.id !== before.offer?.id) actions.forgetRefusal();
    const ids = after.calls.map(({ id }) => id);
    if (!ids.includes(chosen.peek()) && ids.some((id) => !before.calls.some((call) => call.id === id))) panel.value = "chat";
    chats.keepOnly(after.offer ? [...ids, after.offer.call] : ids);
    drafts.value = stillOpen(drafts.peek(), (after.self?.wrap_ups ?? []).map(({ call }) => call));
    before = after;
  });
}

const SAID_FOR_MS = 10_000;

/** What happened is said to a screen reader once, and not found there minutes later. @param {Console} console */
function forgetWhatWasSaid({ happened }) {
  effect(() => {
    if (!happened.value.length) return undefined;
    const timer = setTimeout(() => (happened.value = []), SAID_FOR_MS);
    return () => clearTimeout(timer);
  });
}

/** An offer is heard until it is accepted here, or over. @param {Console} console */
function soundOffers({ page, ring, now }) {
  const offer = computed(() => (page.value.offer?.accepted ? null : (page.value.offer?.id ?? null)));
  effect(() => {
    if (offer.value) ring.start(untracked(() => (page.value.offer ? offerClock(page.value.offer, now()).leftMs : 0)));
    else ring.stop();
  });
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, ring.wake);
  ring.wake();
}

const place = openConsole();
// Before anything is waited for: not one fact may pass by.
followDesk(place);
forgetWhatWasSaid(place);
soundOffers(place);
saveInTime(place);
onNetworkChange(() => {
  place.hurry();
  place.conversations.networkChanged();
});
// Without its texts the page works in English.
await useLanguage(place.boot.language).catch((error) => console.warn(error.message));
render(html`<${App} ...${place} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
