// One connection to the other browser: perfect negotiation, trickled candidates, tracks that are attached only when
// both have agreed to talk. One Peer is one generation; a new generation is a new Peer. A restart of ICE keeps the Peer,
// its keys and its data channel, and looks for a new way. No DOM.

/** @typedef {"connecting" | "connected" | "interrupted" | "failed"} PathState */

/**
 * What the bridge says before a connection begins or begins anew.
 * @typedef {object} Servers
 * @property {RTCIceServer[]} iceServers
 * @property {boolean} turnOnly
 */

/**
 * @typedef {object} Peer
 * @property {RTCPeerConnection} pc For measuring (getStats).
 * @property {number} generation
 * @property {(kind: "describe" | "candidate", signal: any) => Promise<void>} receive What the other side sent.
 * @property {(stream: MediaStream | null) => void} attach Send these tracks from now on; null sends nothing.
 * @property {() => Promise<void>} restart Look for a new way between the two, with fresh servers.
 * @property {() => void} remind Say again what was not answered.
 * @property {() => string[] | null} fingerprints Of this side's certificate and of the other's, once known.
 * @property {() => void} close
 */

/**
 * @param {object} options
 * @param {number} options.generation
 * @param {boolean} options.starts Whether this side makes the first description. The other one is polite.
 * @param {Servers} options.servers
 * @param {() => Promise<Servers | null>} options.renewServers Fresh ones for a restart; null when they cannot be had.
 * @param {(kind: "describe" | "candidate", fields: object) => void} options.send
 * @param {(state: PathState) => void} options.onState
 * @param {(stream: MediaStream) => void} options.onStream The other side's picture and sound.
 * @param {() => void} options.onTampered A description came with other keys than this connection has.
 * @param {(channel: RTCDataChannel) => void} options.onChannel The chat's channel, when it is open.
 * @returns {Peer}
 */
export function createPeer({ generation, starts, servers, renewServers, send, onState, onStream, onTampered, onChannel }) {
  const pc = new RTCPeerConnection(configuration(servers));
  const remote = new MediaStream();
  /** @type {RTCIceCandidateInit[]} Candidates that came before the description they belong to. */
  let early = [];
  /** @type {string | null} The other side's certificate: one connection has one, for as long as it lives. */
  let pinned = null;
  let makingOffer = false;
  let ignoringOffer = false;
  let closed = false;
  let announced = false;
  /** @type {MediaStream | null} */
  let outgoing = null;
  // Signals are handled one after the other: a candidate must not overtake the description before it.
  let queue = Promise.resolve();

  if (starts) {
    pc.addTransceiver("audio", { direction: "sendrecv" });
    pc.addTransceiver("video", { direction: "sendrecv" });
    openChannel();
  }

  pc.onnegotiationneeded = async () => {
    if (!starts && !pc.remoteDescription) return;
    try {
      makingOffer = true;
      await pc.setLocalDescription();
      sendDescription();
    } catch (error) {
      if (!closed) throw error;
    } finally {
      makingOffer = false;
    }
  };
  pc.onicecandidate = ({ candidate }) => {
    send("candidate", {
      candidate: candidate && {
        candidate: candidate.candidate,
        sdp_mid: candidate.sdpMid,
        sdp_m_line_index: candidate.sdpMLineIndex,
        username_fragment: candidate.usernameFragment ?? null,
      },
    });
  };
  pc.ontrack = ({ track }) => {
    remote.addTrack(track);
    // Sound and picture are played apart: whoever is given the stream finds both in it.
    if (!announced && remote.getTracks().length === pc.getTransceivers().length) {
      announced = true;
      onStream(remote);
    }
  };
  pc.onconnectionstatechange = () => {
    const state = pc.connectionState;
    if (state === "connected" || state === "failed") onState(state);
    else if (state === "disconnected") onState("interrupted");
    else if (state !== "closed") onState("connecting");
  };

  function openChannel() {
    const channel = pc.createDataChannel("chat", { negotiated: true, id: 0 });
    channel.onopen = () => onChannel(channel);
    // A page that goes away closes its channel at once; ICE takes many seconds to notice.
    channel.onclose = () => {
      if (!closed) onState("interrupted");
    };
  }

  function sendDescription() {
    const description = pc.localDescription;
    if (description && !closed) {
      send("describe", { description: { type: description.type, sdp: description.sdp } });
    }
  }

  function putTracks() {
    for (const transceiver of pc.getTransceivers()) {
      const kind = transceiver.receiver.track.kind;
      const track = outgoing?.getTracks().find((candidate) => candidate.kind === kind) ?? null;
      if (transceiver.sender.track !== track) void transceiver.sender.replaceTrack(track);
    }
  }

  /** @param {RTCSessionDescriptionInit} description */
  async function receiveDescription(description) {
    // A second answer to an offer that was said twice.
    if (description.type === "answer" && pc.signalingState !== "have-local-offer") return;
    const fingerprint = onlyFingerprint(description.sdp ?? "");
    if (fingerprint === null || (pinned !== null && fingerprint !== pinned)) {
      // Browsers would take the other certificate and go on, and the code on the screen would be of the first one.
      onTampered();
      throw new DOMException("other keys", "SecurityError");
    }
    const collision = description.type === "offer" && (makingOffer || pc.signalingState !== "stable");
    ignoringOffer = starts && collision;
    if (ignoringOffer) return;
    const first = !pc.remoteDescription;
    // The other side looks for a new way: this one gathers anew too, and its TURN credentials may be old by now.
    if (!first && description.type === "offer" && restarts(pc.remoteDescription, description)) await freshServers();
    await pc.setRemoteDescription(description);
    pinned = fingerprint;
    for (const candidate of early.splice(0)) await takeCandidate(candidate);
    if (description.type !== "offer") return;
    for (const transceiver of pc.getTransceivers()) transceiver.direction = "sendrecv";
    if (first && !starts) openChannel();
    putTracks();
    await pc.setLocalDescription();
    sendDescription();
  }

  /** @param {import("./wire.gen.js").IceCandidate | null} given */
  async function receiveCandidate(given) {
    const candidate = given
      ? {
          candidate: given.candidate,
          sdpMid: given.sdp_mid,
          sdpMLineIndex: given.sdp_m_line_index,
          usernameFragment: given.username_fragment,
        }
      : { candidate: "" };
    if (!pc.remoteDescription) {
      early.push(candidate);
      return;
    }
    await takeCandidate(candidate);
  }

  /** @param {RTCIceCandidateInit} candidate */
  async function takeCandidate(candidate) {
    try {
      await pc.addIceCandidate(candidate);
    } catch (error) {
      // One path less, which the others make up for; the connection itself is not broken by it.
      if (!ignoringOffer) console.warn("candidate not taken", /** @type {Error} */ (error).name);
    }
  }

  async function freshServers() {
    const fresh = await renewServers();
    if (fresh && !closed) pc.setConfiguration(configuration(fresh));
  }

  return {
    pc,
    generation,
    async restart() {
      await freshServers();
      if (closed) return;
      // An offer that was never answered may have been lost with the line: it is said again, with all that is known now.
      if (pc.signalingState === "have-local-offer") sendDescription();
      // Otherwise a new one goes out by itself, as with everything that is negotiated.
      else pc.restartIce();
    },
    remind() {
      if (pc.signalingState === "have-local-offer") sendDescription();
    },
    fingerprints() {
      const own = onlyFingerprint(pc.localDescription?.sdp ?? "");
      return own !== null && pinned !== null ? [own, pinned] : null;
    },
    receive(kind, signal) {
      queue = queue
        .then(() => {
          if (closed) return undefined;
          return kind === "describe" ? receiveDescription(signal.description) : receiveCandidate(signal.candidate);
        })
        .catch((error) => {
          // What cannot be understood ends this connection, not the page: a new generation is asked for.
          if (!closed) {
            console.warn("signal refused", kind, error?.name);
            onState("failed");
          }
        });
      return queue;
    },
    attach(stream) {
      outgoing = stream;
      putTracks();
    },
    close() {
      closed = true;
      early = [];
      pc.close();
    },
  };
}

/** @param {Servers} servers @returns {RTCConfiguration} */
function configuration({ iceServers, turnOnly }) {
  return { iceServers, iceTransportPolicy: turnOnly ? "relay" : "all", bundlePolicy: "max-bundle" };
}

/** Whether a description has another ICE user fragment. @param {RTCSessionDescription | null} known @param {RTCSessionDescriptionInit} next */
function restarts(known, next) {
  return fragmentOf(known?.sdp ?? "") !== fragmentOf(next.sdp ?? "");
}

/** @param {string} sdp */
function fragmentOf(sdp) {
  return /^a=ice-ufrag:(.+)$/m.exec(sdp)?.[1]?.trim();
}

/**
 * The one fingerprint of a description. With several, in whatever section and spelling, the browser's choice is not ours to
 * guess: then it is none.
 * @param {string} sdp @returns {string | null}
 */
export function onlyFingerprint(sdp) {
  const all = new Set([...sdp.matchAll(/^\s*a\s*=\s*fingerprint\b\s*:?\s*(.*)$/gim)].map(([, value]) => value.trim().toUpperCase()));
  const [only] = all;
  return all.size === 1 && only ? only : null;
}
