// Small parts that every page uses.
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { playOn, playSoon } from "./devices.js";

export { html };

/** An icon of the sprite in the page; always beside a word, so hidden from screen readers. @param {{name: string}} props */
export function Icon({ name }) {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href=${`#${name}`} /></svg>`;
}

/** Have an element play these tracks. @param {HTMLMediaElement | null} element @param {MediaStreamTrack[] | undefined} tracks */
function playTracks(element, tracks) {
  if (!element) return undefined;
  element.srcObject = tracks ? new MediaStream(tracks) : null;
  return tracks && playSoon(element);
}

/**
 * A moving picture, and the sound that belongs to it.
 * @param {{stream: MediaStream | null, label: string, own?: boolean, class?: string, sound?: boolean, speaker?: string, "data-picture"?: "own" | "remote" | "trial"}} props
 *   `own` mirrors it and never plays sound. `speaker`: id of the device that plays it; "" is the system's default.
 */
export function Picture({ stream, label, own = false, sound = !own, speaker = "", ...rest }) {
  const element = useRef(/** @type {HTMLVideoElement | null} */ (null));
  useEffect(() => playTracks(element.current, stream?.getVideoTracks()), [stream]);
  return html`<video
      ref=${element}
      class=${`picture ${own ? "picture-own" : ""} ${rest.class ?? ""}`}
      data-picture=${rest["data-picture"]}
      aria-label=${label}
      autoplay
      playsinline
      muted
    ></video>
    ${sound && html`<${Sound} stream=${stream} speaker=${speaker} />`}`;
}

/**
 * The sound of a stream, in an element of its own: Chromium plays nothing of a video before its first picture, and of
 * somebody who is on sound only, or whose camera gives none, there never is one.
 * @param {{stream: MediaStream | null, speaker: string}} props
 */
function Sound({ stream, speaker }) {
  const element = useRef(/** @type {HTMLAudioElement | null} */ (null));
  useEffect(() => playTracks(element.current, stream?.getAudioTracks()), [stream]);
  useEffect(() => {
    if (element.current) void playOn(element.current, speaker);
  }, [speaker]);
  return html`<audio ref=${element} autoplay></audio>`;
}

/** Runs of digits with their signs between: a phone number, a date, an account. */
const NUMBERS = /(\+?\d[\d\s\-–/().]*\d)/u;

/** What somebody wrote. Numbers keep their order also where the words run from right to left. @param {{text: string}} props */
export function Written({ text }) {
  const parts = text.split(NUMBERS);
  return html`${parts.map((part, at) => (at % 2 ? html`<bdi class="written-number" dir="ltr">${part}</bdi>` : part))}`;
}

/** Whether the video in an element moves, and the listeners for the element that tell. */
export function useMoving() {
  const moving = useSignal(false);
  /** @param {Event} event The video has, or has lost, its first picture. */
  const looks = ({ target }) => {
    if (target instanceof HTMLVideoElement) moving.value = target.videoWidth > 0;
  };
  return { moving, looks };
}

/** Whether something has been so for that long. @param {boolean} so @param {number} ms */
export function useFor(so, ms) {
  const long = useSignal(false);
  useEffect(() => {
    long.value = false;
    if (!so) return undefined;
    const timer = setTimeout(() => (long.value = true), ms);
    return () => clearTimeout(timer);
  }, [so, ms]);
  return so && long.value;
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
