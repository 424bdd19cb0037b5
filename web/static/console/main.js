// The console of an advisor or interpreter: wires the desk, the talk and the page together.
import { computed, effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { createConversation } from "shared/conversation.js";
import { useLanguage } from "shared/locale.js";
import { onNetworkChange, openDesk, readBoot } from "shared/page.js";
import { html } from "shared/ui.js";
import { createActions } from "./actions.js";
import { VIEW, endedCall, isIdle, offerClock, seen, target, visitorLeftOffer } from "./model.js";
import { createRing } from "./ring.js";
import { App } from "./views/app.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {ReturnType<typeof openConsole>} Console What every view is given. */

function openConsole() {
  const boot = readBoot();
  /** @type {ReturnType<typeof createConversation>} */
  let conversation;
  const { desk, line, connection, now } = openDesk(boot, {
    onSignal: (kind, message) => conversation.receive(kind, message),
    idle: () => isIdle(page.value),
  });
  const page = computed(() => seen(desk.value, connection.page));
  conversation = createConversation({
    side: "advisor",
    author: boot.seat,
    connection,
    lineUp: () => line.peek().state === "connected",
    now,
  });
  return {
    boot,
    desk,
    line,
    now,
    /** What this page load shows of the desk. */
    page,
    conversation,
    hurry: connection.hurry,
    actions: createActions(connection, () => conversation.report()),
    ring: createRing(),
    /** The wrap-up that is being filled in. */
    draft: signal(/** @type {Draft | null} */ (null)),
    /** How the last call ended, when this page saw it end. */
    ended: signal(/** @type {ReturnType<typeof endedCall>} */ (null)),
    /** Whether the last offer went because its visitor left. */
    visitorLeft: signal(false),
  };
}

/** The talk follows the desk; what a change took away is remembered for the view after it. @param {Console} console */
function followDesk({ desk, page, conversation, ended, visitorLeft, actions }) {
  let before = page.value;
  desk.subscribe((changed) => {
    const after = page.value;
    conversation.follow(target(after), changed.via === "snapshot");
    ended.value = endedCall(before, changed) ?? ended.value;
    if (visitorLeftOffer(before, after, changed)) visitorLeft.value = true;
    else if (after.view !== VIEW.AVAILABLE) visitorLeft.value = false;
    if (after.view === VIEW.RINGING && before.view !== VIEW.RINGING) actions.forgetRefusal();
    before = after;
  });
}

/** An offer is heard as long as it rings. @param {Console} console */
function soundOffers({ page, ring, now }) {
  const offer = computed(() => page.value.offer?.id ?? null);
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
soundOffers(place);
onNetworkChange(() => {
  place.hurry();
  place.conversation.networkChanged();
});
// Without its texts the page works in English.
await useLanguage(place.boot.language).catch((error) => console.warn(error.message));
render(html`<${App} ...${place} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
