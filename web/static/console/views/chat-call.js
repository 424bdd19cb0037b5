// A call without sound: its chat takes the middle of the page.
import { html } from "shared/ui.js";
import { AskStrip } from "./ask-strip.js";
import { ChatFacts } from "./call-facts.js";
import { Chat } from "./chat.js";

/** @param {import("../main.js").Console} props */
export function ChatCall(props) {
  const { call } = props.shown.value;
  const conversation = props.conversation.value;
  if (!call || !conversation) return null;
  return html`<section class="chat-call card" aria-labelledby="call-heading" data-call=${call.id}>
    <${ChatFacts} ...${props} call=${call} talk=${conversation} />
    <${AskStrip} ...${props} call=${call} />
    <${Chat} ...${props} call=${call} talk=${conversation} seen />
  </section>`;
}
