// Which way the media take, read from the browser's own figures (getStats, W3C webrtc-stats). Pure.
import { NO_ROUTE, ROUTE } from "./wire.gen.js";

/** @typedef {import("./wire.gen.js").Report} Report */

/**
 * The candidate pair in use. @param {RTCStatsReport} report
 * @returns {any | null}
 */
export function selectedPair(report) {
  const all = [...report.values()];
  const transport = all.find(({ type, selectedCandidatePairId }) => type === "transport" && selectedCandidatePairId);
  if (transport) return report.get(transport.selectedCandidatePairId) ?? null;
  // Older Firefox has no transport entry.
  return all.find(({ type, selected }) => type === "candidate-pair" && selected) ?? null;
}

/**
 * @param {RTCStatsReport} report
 * @param {string[]} relays Addresses of the transparent relays, address:port.
 * @returns {Report["route"]} null while there is none.
 */
export function routeOf(report, relays) {
  const pair = selectedPair(report);
  const local = pair && report.get(pair.localCandidateId);
  const remote = pair && report.get(pair.remoteCandidateId);
  if (!local || !remote) return null;
  // Over a TURN server to a relay of ours, the local candidate is a new one ("prflx") that still names its protocol.
  if (local.candidateType === "relay" || local.relayProtocol) {
    const over = { tcp: ROUTE.TURN_TCP, tls: ROUTE.TURN_TLS }[/** @type {string} */ (local.relayProtocol)];
    return over ?? ROUTE.TURN_UDP;
  }
  if (relays.includes(written(remote.address ?? remote.ip, remote.port))) return ROUTE.RELAY;
  // The other side's TURN server: over what the other side reaches it is not to be seen from here.
  return remote.candidateType === "relay" ? ROUTE.TURN_UDP : ROUTE.DIRECT;
}

/** From the straight way to the longest detour. */
const DETOURS = [ROUTE.DIRECT, ROUTE.RELAY, ROUTE.TURN_UDP, ROUTE.TURN_TCP, ROUTE.TURN_TLS];

/**
 * The way as a whole: each side sees over what it sends itself, and not what the other side needs to be reached.
 * @param {Report["route"]} own @param {Report["route"]} theirs @returns {Report["route"]}
 */
export function wholeRoute(own, theirs) {
  if (own === null || theirs === null) return own;
  return DETOURS[Math.max(DETOURS.indexOf(/** @type {any} */ (own)), DETOURS.indexOf(/** @type {any} */ (theirs)))] ?? own;
}

/**
 * Why there is no way, as far as it can be told from here.
 * @param {RTCStatsReport} report
 * @param {{described: boolean, state: string}} peer Whether the other side's description has come; the state of ICE.
 * @returns {Report["no_route"]}
 */
export function whyNoRoute(report, { described, state }) {
  if (!described) return NO_ROUTE.NOTHING_HEARD;
  if (state === "connected" || state === "completed") return NO_ROUTE.NOT_SECURED;
  const own = [...report.values()].filter(({ type }) => type === "local-candidate");
  if (own.length === 0) return NO_ROUTE.NO_OWN_PATH;
  return own.some(({ candidateType }) => candidateType === "relay") ? NO_ROUTE.BLOCKED : NO_ROUTE.NO_TURN;
}

/** @param {string} address @param {number} port */
function written(address, port) {
  return address?.includes(":") ? `[${address.replace(/[[\]]/g, "")}]:${port}` : `${address}:${port}`;
}
