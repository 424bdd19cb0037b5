// A visitor at a kiosk in Debian's Firefox, driven over WebDriver BiDi. Called by test_firefox.py:
//   node firefox-visitor.mjs URL KIOSK LANGUAGE
// Prints one line of JSON for each step, and hangs up when a line "end" arrives on standard input.
import { createInterface } from "node:readline/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const puppeteer = require("puppeteer-core");
const [url, kiosk, language] = process.argv.slice(2);
const report = (/** @type {object} */ step) => process.stdout.write(`${JSON.stringify(step)}\n`);

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: "/usr/bin/firefox-esr",
  headless: true,
  extraPrefsFirefox: {
    "media.navigator.streams.fake": true,
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    // Addresses of the loopback are candidates too: both browsers stand on one machine.
    "media.peerconnection.ice.loopback": true,
    "media.peerconnection.ice.obfuscate_host_addresses": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
  },
});
try {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.setViewport({ width: 1080, height: 1400 });
  await page.goto(`${url}/kiosk/${kiosk}`);
  await page.click("[data-action=sign-in]");
  await page.waitForSelector("main[data-stage=start]");
  report({ step: "start", browser: await browser.version() });
  await page.click(`[data-language=${language}]`);
  await page.waitForSelector("[data-action=continue]");
  await page.click("[data-action=continue]");
  await page.waitForSelector("main[data-stage=waiting], main[data-stage=call]");
  report({ step: "waiting" });
  await page.waitForSelector("main[data-stage=call]", { timeout: 60000 });
  await page.waitForSelector("[data-line-from=advisor]", { timeout: 30000 });
  const seen = await page.evaluate(async () => {
    const video = document.querySelector("[data-picture=remote]");
    const deadline = performance.now() + 20000;
    let frames = 0;
    const count = () => {
      frames += 1;
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
    while (performance.now() < deadline && frames <= 30) await new Promise((resolve) => requestAnimationFrame(resolve));
    const line = document.querySelector("[data-line-from=advisor]").textContent;
    return { frames, width: video.videoWidth, paused: video.paused, line };
  });
  report({ step: "call", ...seen });
  for await (const line of createInterface({ input: process.stdin })) if (line === "end") break;
  await page.click("[data-action=end]");
  await page.waitForSelector("main[data-stage=thanks]");
  report({ step: "thanks", errors });
} finally {
  await browser.close();
  // An open standard input would keep this process alive.
  process.stdin.destroy();
}
