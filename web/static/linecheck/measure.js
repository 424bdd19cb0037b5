// Calls Gloria's own end over one path and measures. Knows WebRTC and nothing of the page.
import { counted, figures } from "./figures.js";

/** @typedef {import("./figures.js").Figures} Figures */

/**
 * @typedef {object} PlannedPath What the bridge says of a path (GET /api/line-check).
 * @property {"direct" | "relay" | "turn"} path
 * @property {boolean} there
 * @property {RTCIceServer[]} ice_servers
 * @property {string[]} addresses
 */

/**
 * @typedef {object} PathResult
 * @property {"direct" | "relay" | "turn"} path
 * @property {"connected" | "no_connection" | "busy" | "not_there" | "failed"} outcome failed: it broke off, or nobody answered.
 * @property {number | null} setup_ms
 * @property {Figures | null} down
 * @property {Figures | null} up
 */

const GATHER_WITHIN_MS = 2000;
const ANSWER_WITHIN_MS = 20_000;
const REPORT_WITHIN_MS = 4000;
/** Our end gives up at the same time. */
export const CONNECT_WITHIN_MS = 15_000;
const BUSY_TRIES = 5;
const BUSY_PAUSE_MS = 1500;
const MOST_BITS_PER_S = 1_000_000;

/**
 * Call, measure, hang up. Ends by itself; never throws.
 * @param {PlannedPath} planned @param {number} measureS @param {MediaStream | null} stream Our picture and sound.
 * @param {object} heard
 * @param {(stream: MediaStream | null) => void} heard.onPicture What Gloria shows, then null.
 * @param {() => void} heard.onConnected
 * @param {string} query Of the page's address: whose result it is.
 * @returns {Promise<PathResult>}
 */
export async function checkPath({ path, there, ice_servers }, measureS, stream, { onPicture, onConnected }, query) {
  /** @type {PathResult} */
  const result = { path, outcome: "not_there", setup_ms: null, down: null, up: null };
  if (!there) return result;
  const connection = new RTCPeerConnection({
    iceServers: ice_servers,
    iceTransportPolicy: path === "turn" ? "relay" : "all",
    bundlePolicy: "max-bundle",
  });
  const call = new AbortController();
  try {
    const incoming = new MediaStream();
    connection.addEventListener("track", ({ track }) => {
      incoming.addTrack(track);
      onPicture(incoming);
    });
    const reported = report(connection.createDataChannel("report"));
    for (const kind of ["audio", "video"]) {
      const track = stream?.getTracks().find((one) => one.kind === kind);
      if (track && stream) limit(connection.addTrack(track, stream));
      else connection.addTransceiver(kind, { direction: "recvonly" });
    }
    const settled = settles(connection, call.signal);
    await connection.setLocalDescription();
    await gathered(connection);
    const { sdp, outcome } = await askForAnswer(path, connection.localDescription?.sdp ?? "", query);
    if (!sdp) return { ...result, outcome };
    const askedAt = performance.now();
    await connection.setRemoteDescription({ type: "answer", sdp });
    const state = await Promise.race([settled, pause(CONNECT_WITHIN_MS)]);
    if (state !== "connected") return { ...result, outcome: "no_connection" };
    result.setup_ms = Math.round(performance.now() - askedAt);
    onConnected();
    return { ...result, ...(await measured(connection, measureS, reported, call.signal)) };
  } catch {
    return { ...result, outcome: "failed" };
  } finally {
    call.abort();
    onPicture(null);
    connection.close();
  }
}

/** @param {RTCPeerConnection} connection @param {number} measureS @param {Promise<Figures | null>} reported @param {AbortSignal} signal */
async function measured(connection, measureS, reported, signal) {
  const began = performance.now();
  const before = counted((await connection.getStats()).values());
  const broke = settles(connection, signal, ["failed", "closed"]);
  // Our end reports when it has measured for as long; so it says too when it is over.
  const up = await Promise.race([reported, broke, pause(measureS * 1000 + REPORT_WITHIN_MS)]);
  const after = counted((await connection.getStats()).values());
  const down = figures(before, after, (performance.now() - began) / 1000);
  if (typeof up === "string") return { outcome: /** @type {const} */ ("failed"), down, up: null };
  return { outcome: /** @type {const} */ ("connected"), down, up };
}

/**
 * Our end's figures, from the channel; null when it closes without.
 * @param {RTCDataChannel} channel @returns {Promise<Figures | null>}
 */
function report(channel) {
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => resolve(JSON.parse(data));
    channel.onclose = () => resolve(null);
  });
}

/** @param {RTCPeerConnection} connection @param {AbortSignal} signal @param {string[]} [states] @returns {Promise<string>} */
function settles(connection, signal, states = ["connected", "failed", "closed"]) {
  return new Promise((resolve) => {
    const look = () => states.includes(connection.connectionState) && resolve(connection.connectionState);
    connection.addEventListener("connectionstatechange", look, { signal });
    look();
  });
}

/** Every address of ours, or what there is of them after a moment. @param {RTCPeerConnection} connection */
function gathered(connection) {
  const complete = new Promise((resolve) => {
    const look = () => connection.iceGatheringState === "complete" && resolve(undefined);
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });
  return Promise.race([complete, pause(GATHER_WITHIN_MS)]);
}

/**
 * @param {string} path @param {string} offer @param {string} query
 * @returns {Promise<{sdp: string, outcome: PathResult["outcome"]}>}
 */
async function askForAnswer(path, offer, query) {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(`/api/line-check/${path}${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ sdp: offer }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return { sdp: said.sdp, outcome: "connected" };
    const busy = said.code === "busy" || said.code === "too_many";
    if (!busy || tries === BUSY_TRIES) {
      return { sdp: "", outcome: busy ? "busy" : said.code === "not_there" ? "not_there" : "failed" };
    }
    await pause(BUSY_PAUSE_MS);
  }
}

/** A call's picture adapts to the line; here it stays where the line can be seen. @param {RTCRtpSender} sender */
function limit(sender) {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings ?? []) encoding.maxBitrate = MOST_BITS_PER_S;
  sender.setParameters(parameters).catch(() => undefined);
}

/** @param {number} ms @returns {Promise<null>} */
function pause(ms) {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}
