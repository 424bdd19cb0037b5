// What this side of a call sends of its devices: opened for it, switched off and on, and let go with it.
import { effect, signal, untracked } from "@preact/signals";
import { newId } from "./connection.js";

/**
 * @param {object} options
 * @param {import("./device-model.js").Devices} options.devices Others may use them too.
 * @param {boolean} options.soundOnly Whether the camera is open only while it is switched on, and off at first.
 * @param {import("@preact/signals").ReadonlySignal<number>} options.people How many take part: the more, the smaller the picture.
 * @param {() => void} options.onTracks There is something else to send.
 * @param {() => void} options.onSwitches Something was switched.
 */
export function createOwnMedia({ devices, soundOnly, people, onTracks, onSwitches }) {
  const muted = signal(false);
  const cameraOff = signal(soundOnly);
  /** Under which the devices know this side of this call. */
  const holder = newId();
  let holding = false;

  const isPictureWanted = () => !(soundOnly && cameraOff.peek());
  const switches = () => ({ muted: muted.peek(), cameraOff: cameraOff.peek() });

  function open() {
    holding = true;
    return devices.open(holder, { ...switches(), picture: isPictureWanted(), people: people.peek() });
  }

  function tellSwitched() {
    if (holding) void open();
    onTracks();
    onSwitches();
  }

  const stops = [
    effect(() => {
      void devices.local.value;
      untracked(onTracks);
    }),
    effect(() => {
      void people.value;
      untracked(() => holding && open());
    }),
  ];

  function letGo() {
    if (holding) devices.release(holder);
    holding = false;
    muted.value = false;
    cameraOff.value = soundOnly;
  }

  return {
    muted,
    cameraOff,
    switches,
    /** Of an open camera nothing that this side has not switched on. @returns {MediaStream | null} */
    outgoing() {
      const stream = holding ? devices.local.peek() : null;
      return stream && !isPictureWanted() ? new MediaStream(stream.getAudioTracks()) : stream;
    },
    open,
    letGo,
    /** @param {boolean} on */
    setMuted(on) {
      muted.value = on;
      tellSwitched();
    },
    /** @param {boolean} on */
    setCameraOff(on) {
      cameraOff.value = on;
      tellSwitched();
    },
    close() {
      for (const stop of stops) stop();
      letGo();
    },
  };
}
