// The way of the media, out of the browser's figures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createWayLog } from "../../web/static/shared/media-report.js";
import { routeOf, selectedPair, wholeRoute, whyNoRoute } from "../../web/static/shared/route.js";
import { NO_ROUTE, ROUTE } from "../../web/static/shared/wire.gen.js";

const RELAYS = ["203.0.113.10:3479", "[2001:db8::10]:3479"];

function report(local, remote, { transport = true } = {}) {
  const entries = [
    { id: "L", type: "local-candidate", candidateType: "host", ...local },
    { id: "R", type: "remote-candidate", candidateType: "host", address: "192.0.2.7", port: 4000, ...remote },
    { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R", selected: !transport },
  ];
  if (transport) entries.push({ id: "T", type: "transport", selectedCandidatePairId: "P" });
  return new Map(entries.map((entry) => [entry.id, entry]));
}

test("straight to the other browser", () => {
  assert.equal(routeOf(report({}, {}), RELAYS), ROUTE.DIRECT);
  assert.equal(routeOf(report({ candidateType: "prflx" }, { candidateType: "srflx" }), RELAYS), ROUTE.DIRECT);
});

test("over a relay of ours, by its address and port, whatever type the browser gives it", () => {
  assert.equal(routeOf(report({}, { address: "203.0.113.10", port: 3479, candidateType: "relay" }), RELAYS), ROUTE.RELAY);
  assert.equal(routeOf(report({}, { address: "203.0.113.10", port: 3479, candidateType: "prflx" }), RELAYS), ROUTE.RELAY);
  assert.equal(routeOf(report({}, { address: "2001:db8::10", port: 3479 }), RELAYS), ROUTE.RELAY);
  assert.equal(routeOf(report({}, { address: "203.0.113.10", port: 3480 }), RELAYS), ROUTE.DIRECT);
});

test("over TURN: with what this side reaches its server", () => {
  for (const [relayProtocol, route] of [["udp", ROUTE.TURN_UDP], ["tcp", ROUTE.TURN_TCP], ["tls", ROUTE.TURN_TLS]]) {
    assert.equal(routeOf(report({ candidateType: "relay", relayProtocol }, {}), RELAYS), route);
  }
  assert.equal(routeOf(report({}, { candidateType: "relay" }), RELAYS), ROUTE.TURN_UDP);
});

test("no way while no pair is selected", () => {
  const nothing = report({}, {});
  nothing.delete("T");
  assert.equal(selectedPair(nothing), null);
  assert.equal(routeOf(nothing, RELAYS), null);
});

test("Firefox marks the pair itself", () => {
  assert.equal(selectedPair(report({}, {}, { transport: false })).id, "P");
});

test("why there is no way", () => {
  const own = (...types) => new Map(types.map((candidateType, n) => [String(n), { type: "local-candidate", candidateType }]));
  assert.equal(whyNoRoute(own("host"), { described: false, state: "new" }), NO_ROUTE.NOTHING_HEARD);
  assert.equal(whyNoRoute(own(), { described: true, state: "checking" }), NO_ROUTE.NO_OWN_PATH);
  assert.equal(whyNoRoute(own("host", "srflx"), { described: true, state: "failed" }), NO_ROUTE.NO_TURN);
  assert.equal(whyNoRoute(own("host", "relay"), { described: true, state: "failed" }), NO_ROUTE.BLOCKED);
  assert.equal(whyNoRoute(own("host"), { described: true, state: "connected" }), NO_ROUTE.NOT_SECURED);
});

test("over TURN to a relay of ours is a way over TURN", () => {
  const roundabout = report({ candidateType: "prflx", relayProtocol: "tcp" }, { address: "203.0.113.10", port: 3479 });
  assert.equal(routeOf(roundabout, RELAYS), ROUTE.TURN_TCP);
});

test("the way as a whole is the longer detour of the two sides", () => {
  assert.equal(wholeRoute(ROUTE.RELAY, ROUTE.TURN_TCP), ROUTE.TURN_TCP);
  assert.equal(wholeRoute(ROUTE.TURN_UDP, ROUTE.DIRECT), ROUTE.TURN_UDP);
  assert.equal(wholeRoute(ROUTE.DIRECT, ROUTE.DIRECT), ROUTE.DIRECT);
  assert.equal(wholeRoute(ROUTE.RELAY, null), ROUTE.RELAY);
  assert.equal(wholeRoute(null, ROUTE.RELAY), null);
});

test("the record counts changes of the way, not what is learned of it later", () => {
  const log = createWayLog(1000);
  const seen = { connected: true, route: ROUTE.RELAY, own: ROUTE.RELAY, noRoute: null };
  log.see({ ...seen, connected: false, route: null, own: null, noRoute: NO_ROUTE.NO_TURN, now: 1100 });
  assert.deepEqual(log.figures(false), { route: null, route_changes: 0, no_route: NO_ROUTE.NO_TURN, connect_ms: null });
  log.see({ ...seen, now: 1340 });
  log.see({ ...seen, route: ROUTE.TURN_TCP, now: 1400 });
  assert.deepEqual(log.figures(false), { route: ROUTE.TURN_TCP, route_changes: 0, no_route: NO_ROUTE.NO_TURN, connect_ms: 340 });
  log.see({ ...seen, connected: false, now: 5000 });
  assert.equal(log.figures(true).route, ROUTE.BRIDGE);
  log.see({ ...seen, now: 9000 });
  log.see({ ...seen, own: ROUTE.DIRECT, route: ROUTE.DIRECT, now: 9500 });
  assert.deepEqual(log.figures(false), { route: ROUTE.DIRECT, route_changes: 2, no_route: NO_ROUTE.NO_TURN, connect_ms: 340 });
});
