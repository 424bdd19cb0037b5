// Copies what the pages load from node_modules to static/vendor: the modules of the import map, the fonts and one
// sprite of the icons in use. Run by `make setup` after `npm ci`; the wheel carries the result.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, "node_modules");
const to = join(here, "static", "vendor");

const MODULES = {
  "preact/dist/preact.mjs": "preact.js",
  "preact/hooks/dist/hooks.mjs": "preact-hooks.js",
  "@preact/signals-core/dist/signals-core.mjs": "signals-core.js",
  "@preact/signals/dist/signals.mjs": "signals.js",
  "htm/dist/htm.mjs": "htm.js",
  "htm/preact/index.mjs": "htm-preact.js",
  "socket.io-client/dist/socket.io.msgpack.min.js": "socket.io.msgpack.js",
  "simple-keyboard/build/index.modern.esm.js": "simple-keyboard.js",
};

const FONTS = [
  "@fontsource-variable/noto-sans",
  "@fontsource-variable/noto-sans-arabic",
  "@fontsource-variable/noto-sans-ethiopic",
  "@fontsource-variable/noto-sans-thai",
  "@fontsource/noto-sans-sc",
];

// Layouts of the on-screen keyboard, by the name of their file in simple-keyboard-layouts.
const LAYOUTS = ["arabic", "english", "farsi", "kurdish", "russian", "swedish", "thai", "turkish", "ukrainian"];

const ICONS = [
  "a-large-small", "arrow-left", "arrow-right", "arrow-right-left", "arrow-up-to-line", "bell-ring", "briefcase", "check", "check-check", "chevron-down", "circle-alert",
  "circle-check", "circle-help", "clock", "coffee", "door-closed", "door-open", "eye", "eye-off", "hand", "headset", "keyboard", "languages",
  "layout-dashboard", "life-buoy", "log-out", "mail", "map-pin", "megaphone", "message-square", "mic", "mic-off", "monitor",
  "monitor-x", "phone", "phone-incoming", "phone-off", "route", "send", "settings-2", "shield-alert", "shield-check", "signal", "signal-low", "sun-moon", "user-round", "user-plus", "users-round", "utensils",
  "video", "video-off", "volume-2", "volume-x", "wifi", "wifi-off", "x",
];

await rm(to, { recursive: true, force: true });
await mkdir(join(to, "fonts"), { recursive: true });

for (const [source, target] of Object.entries(MODULES)) {
  const text = await readFile(join(from, source), "utf8");
  // The maps are not copied: without this line the browser would ask for them.
  await writeFile(join(to, target), text.replace(/^\/[/*]# sourceMappingURL=.*$/gm, ""));
}

for (const name of FONTS) {
  const folder = join(to, "fonts", name.split("/")[1]);
  await mkdir(join(folder, "files"), { recursive: true });
  const sheet = await readFile(join(from, name, "index.css"), "utf8");
  await writeFile(join(folder, "index.css"), sheet);
  for (const [, file] of sheet.matchAll(/url\(\.?\/?files\/([^)]+\.woff2)\)/g)) {
    await cp(join(from, name, "files", file), join(folder, "files", file));
  }
}

await mkdir(join(to, "keyboard-layouts"), { recursive: true });
const layouts = join(from, "simple-keyboard-layouts", "build", "layouts");
for (const name of LAYOUTS) {
  await cp(join(layouts, `${name}.js`), join(to, "keyboard-layouts", `${name}.js`));
}

const symbols = [];
for (const icon of ICONS) {
  const svg = await readFile(join(from, "lucide-static", "icons", `${icon}.svg`), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).trim();
  symbols.push(
    `<symbol id="${icon}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`,
  );
}
await writeFile(
  join(to, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
process.stdout.write(`vendored ${(await readdir(to)).length} entries to ${to}\n`);
