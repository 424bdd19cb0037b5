// The panel of devices alone on a page, with what a call does to devices at hand for the test.
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { render } from "preact";
import { createMemory } from "shared/device-choice.js";
import { createDevices } from "shared/device-model.js";
import { DevicePanel } from "shared/device-panel.js";

const muted = signal(false);
const devices = createDevices({ memory: createMemory({ page: "test" }) });

function Page() {
  return html`<h1>Devices</h1>
    <p id="talking">${devices.talkingWhileMuted.value ? "You are muted" : ""}</p>
    <${DevicePanel} devices=${devices} muted=${muted.value} />`;
}

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

Object.assign(window, {
  devices,
  mutes(on) {
    muted.value = on;
    void devices.open("panel", { muted: on });
  },
  closesPanel: () => render(null, root),
  labels: () => devices.local.value?.getTracks().map(({ label }) => label) ?? null,
  enabled: () => devices.local.value?.getTracks().map(({ kind, enabled }) => `${kind} ${enabled}`),
});
render(html`<${Page} />`, root);
