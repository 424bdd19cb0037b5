// Who else is in the conversation, in words; and who joined or left, said once.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { ASK } from "shared/wire.gen.js";
import { comingsOf } from "../call-model.js";
import { isolated, roleInWords } from "./parts.js";

/** @typedef {import("shared/wire.gen.js").Person} Person */
/** @typedef {import("shared/wire.gen.js").OwnCall} OwnCall */
/** @typedef {import("../call-model.js").Coming} Coming */

/** How long it stands there that somebody joined or left. */
const NEWS_FOR_MS = 10000;

/** @param {{people: readonly Person[]}} props Without the one whose name is the page's heading. */
export function People({ people }) {
  if (people.length === 0) return null;
  return html`<ul class="people" aria-label=${t("Also in the call")}>
    ${people.map(
      (person) => html`<li key=${person.id} data-person=${person.id}>
        <${Icon} name="user-round" />
        <bdi>${person.name}</bdi>
        <span class="quiet">${roleInWords(person)}</span>
        ${!person.there && html`<span class="quiet">(${t("no connection just now")})</span>`}
      </li>`,
    )}
  </ul>`;
}

/** @param {{call: OwnCall}} props */
export function CallNews({ call }) {
  const news = useComings(call.people);
  return html`<div class="news" role="status">
    ${call.asked && html`<p data-notice="asked"><${Icon} name="clock" /><span>${askedInWords(call.asked)}</span></p>`}
    ${news.map(
      (one) => html`<p key=${`${one.id} ${one.here}`} data-notice=${one.here ? "joined" : "left"}>
        <${Icon} name="users-round" /><span>${comingInWords(one)}</span>
      </p>`,
    )}
  </div>`;
}

/** Who joined or left in the last seconds. Those who are there when the page opens are no news. @param {Person[]} people */
function useComings(people) {
  const before = useRef(people);
  const news = useSignal(/** @type {Coming[]} */ ([]));
  useEffect(() => {
    const fresh = comingsOf(before.current, people);
    before.current = people;
    // Only the last is true of somebody who comes and goes.
    if (fresh.length > 0) news.value = [...news.value.filter(({ id }) => fresh.every((one) => one.id !== id)), ...fresh];
  }, [people]);
  useEffect(() => {
    if (news.value.length === 0) return undefined;
    const timer = setTimeout(() => (news.value = []), NEWS_FOR_MS);
    return () => clearTimeout(timer);
  }, [news.value]);
  return news.value;
}

/** @param {Coming} coming */
function comingInWords({ name, interpreter, here }) {
  const who = { name: isolated(name) };
  if (interpreter) return here ? t("{name}, interpreter, has joined.", who) : t("{name}, interpreter, has left.", who);
  return here ? t("{name}, advisor, has joined.", who) : t("{name}, advisor, has left.", who);
}

/** @param {NonNullable<OwnCall["asked"]>} asked */
function askedInWords(asked) {
  return asked === ASK.INTERPRETER
    ? t("Your advisor is asking for an interpreter.")
    : t("Your advisor is asking a colleague to join.");
}
