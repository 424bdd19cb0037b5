// What the browser of the advisor who serves tells of the connection to the visitor, for the contact's record: at once when
// something changes, otherwise now and then, so that it is there however the call ends.
import { ROUTE } from "./wire.gen.js";

/** @typedef {import("./wire.gen.js").Report} Report */
/** @typedef {Omit<Report, "key" | "call">} MediaReport */

const EVERY_MS = 15000;

/**
 * How the way of a call went, from accept on. Pure but for its own memory.
 * @param {number} acceptedAt Milliseconds of the page's clock.
 */
export function createWayLog(acceptedAt) {
  /** @type {Report["route"]} */
  let last = null;
  /** @type {Report["route"]} */
  let lastOwn = null;
  /** @type {Report["no_route"]} */
  let noRoute = null;
  /** @type {number | null} */
  let connectMs = null;
  let changes = 0;
  let broken = false;

  return {
    /**
     * @param {{connected: boolean, route: Report["route"], own: Report["route"], noRoute: Report["no_route"], now: number}} seen
     *   `own` is the way as this side sees it, `route` with what the other side said of it.
     */
    see({ connected, route, own, noRoute: why, now }) {
      noRoute = why ?? noRoute;
      if (!connected) {
        broken = connectMs !== null;
        return;
      }
      connectMs ??= Math.max(0, Math.round(now - acceptedAt));
      if (!route) return;
      // What the other side says comes a moment later, and is no change.
      if (last !== null && (broken || own !== lastOwn)) changes += 1;
      broken = false;
      last = route;
      lastOwn = own;
    },
    /** @param {boolean} byBridge Whether the chat goes through the bridge now. */
    figures: (byBridge) => ({
      route: byBridge ? ROUTE.BRIDGE : last,
      route_changes: changes,
      no_route: noRoute,
      connect_ms: connectMs,
    }),
  };
}

/**
 * Sends a report when it says something new; one after the other, so that none overtakes a newer one.
 * @param {(report: MediaReport) => Promise<unknown>} send
 */
export function createReporter(send) {
  /** @type {string | null} What was last said of the way: a change of that is told at once. */
  let told = null;
  let toldAt = -Infinity;
  let underWay = false;
  /** @type {MediaReport | null} */
  let next = null;

  /** @param {MediaReport} report */
  async function sendInTurn(report) {
    next = report;
    if (underWay) return;
    underWay = true;
    while (next) {
      const now = next;
      next = null;
      await send(now);
    }
    underWay = false;
  }

  return {
    /** @param {MediaReport} report @param {number} now @param {boolean} [last] The call ends: say it all. */
    tell(report, now, last = false) {
      const { route, route_changes, no_route, connect_ms } = report;
      const way = JSON.stringify([route, route_changes, no_route, connect_ms]);
      if (!last && way === told && now - toldAt < EVERY_MS) return;
      told = way;
      toldAt = now;
      void sendInTurn(report);
    },
  };
}

/**
 * How a connection fares now.
 * @typedef {object} Faring
 * @property {boolean} connected
 * @property {Report["route"]} route With what the other side said of it.
 * @property {Report["route"]} own As this side sees it.
 * @property {Report["no_route"]} noRoute
 * @property {boolean} byBridge Whether the chat goes through the bridge.
 * @property {Pick<MediaReport, "good_s" | "fair_s" | "poor_s"> & {reason: Report["trouble"]}} quality So far.
 */

/**
 * The record of one connection, from the moment both are in.
 * @param {(report: MediaReport) => Promise<unknown>} send
 */
export function createRecord(send) {
  const way = createWayLog(performance.now());
  const reporter = createReporter(send);
  return {
    /**
     * @param {Faring} faring @param {object} [options]
     * @param {boolean} [options.tells] Somebody else may serve as yet: then it is only kept.
     * @param {boolean} [options.last] The call ends.
     */
    take({ connected, route, own, noRoute, byBridge, quality }, { tells = true, last = false } = {}) {
      const now = performance.now();
      way.see({ connected, route, own, noRoute, now });
      const { good_s, fair_s, poor_s, reason } = quality;
      if (tells) reporter.tell({ ...way.figures(byBridge), good_s, fair_s, poor_s, trouble: reason }, now, last);
    },
  };
}
