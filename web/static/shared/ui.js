// Small parts that every page uses.
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { playOn } from "./devices.js";

export { html };

/** An icon of the sprite in the page; always beside a word, so hidden from screen readers. @param {{name: string}} props */
export function Icon({ name }) {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href=${`#${name}`} /></svg>`;
}

/**
 * A moving picture.
 * @param {{stream: MediaStream | null, label: string, own?: boolean, class?: string, sound?: boolean, speaker?: string, "data-picture"?: "own" | "remote" | "trial"}} props
 *   `own` mirrors it and never plays sound. `speaker`: id of the device that plays it; "" is the system's default.
 */
export function Picture({ stream, label, own = false, sound = !own, speaker = "", ...rest }) {
  const element = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => {
    const video = element.current;
    if (!video || video.srcObject === stream) return;
    video.srcObject = stream;
    // A play() that a newer stream interrupts is not an error.
    if (stream) video.play().catch(() => undefined);
  }, [stream]);
  useEffect(() => {
    if (sound && element.current) void playOn(element.current, speaker);
  }, [speaker, sound]);
  return html`<video
    ref=${element}
    class=${`picture ${own ? "picture-own" : ""} ${rest.class ?? ""}`}
    data-picture=${rest["data-picture"]}
    aria-label=${label}
    autoplay
    playsinline
    muted=${!sound}
  ></video>`;
}

/** Runs of digits with their signs between: a phone number, a date, an account. */
const NUMBERS = /(\+?\d[\d\s\-–/().]*\d)/u;

/** What somebody wrote. Numbers keep their order also where the words run from right to left. @param {{text: string}} props */
export function Written({ text }) {
  const parts = text.split(NUMBERS);
  return html`${parts.map((part, at) => (at % 2 ? html`<bdi class="written-number" dir="ltr">${part}</bdi>` : part))}`;
}

/** The desk's time, ticking once a second while a view shows it. @param {() => number} now @returns {number} */
export function useTicking(now) {
  const time = useSignal(now());
  useEffect(() => {
    const timer = setInterval(() => (time.value = now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return time.value;
}
