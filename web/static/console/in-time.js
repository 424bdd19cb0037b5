// What was chosen in a wrap-up is saved by itself when its time is nearly over: the desk would close it without.
import { effect, untracked } from "@preact/signals";
import { VIEW } from "./model.js";

export const SAVE_BEFORE_END_MS = 4000;

/** Every open wrap-up, also those that are not in the middle just now. @param {import("./main.js").Console} console */
export function saveInTime({ page, save, now }) {
  effect(() => {
    const { view, self } = page.value;
    if (view === VIEW.ELSEWHERE) return undefined;
    const timers = (self?.wrap_ups ?? []).map(({ call, until_ms }) =>
      setTimeout(
        () => void save(call),
        untracked(() => Math.max(0, until_ms - SAVE_BEFORE_END_MS - now())),
      ),
    );
    return () => timers.forEach(clearTimeout);
  });
}
