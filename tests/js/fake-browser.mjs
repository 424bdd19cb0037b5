// What a conversation needs of a browser, played: cameras and microphones, and connections that find each other by the
// name in their descriptions as soon as both sides have described themselves. No network, no time.

/** @type {Map<string, Connection>} By the name in its descriptions. */
const connections = new Map();
let made = 0;

class Stream {
  constructor(tracks = []) {
    this.tracks = [...tracks];
  }
  addTrack(track) {
    this.tracks.push(track);
  }
  getTracks() {
    return this.tracks;
  }
  getAudioTracks() {
    return this.tracks.filter(({ kind }) => kind === "audio");
  }
  getVideoTracks() {
    return this.tracks.filter(({ kind }) => kind === "video");
  }
}

class Track extends EventTarget {
  enabled = true;
  readyState = "live";
  wanted = {};
  constructor(kind, label) {
    super();
    Object.assign(this, { kind, label });
  }
  getSettings() {
    return { deviceId: this.label };
  }
  async applyConstraints(wanted) {
    this.wanted = wanted;
  }
  clone() {
    return new Track(this.kind, this.label);
  }
  stop() {
    this.readyState = "ended";
  }
}

class Channel extends EventTarget {
  readyState = "connecting";
  onmessage = null;
  /** @type {Channel | null} */
  other = null;
  send(data) {
    queueMicrotask(() => this.other?.onmessage?.({ data }));
  }
  open(other) {
    this.other = other;
    this.readyState = "open";
    this.onopen?.();
  }
  close() {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.dispatchEvent(new Event("close"));
    this.onclose?.();
    this.other?.close();
  }
}

class Connection extends EventTarget {
  connectionState = "new";
  iceConnectionState = "new";
  signalingState = "stable";
  localDescription = null;
  remoteDescription = null;
  transceivers = [];
  channel = null;
  /** Every change of what is sent: the reader of a test sees that nothing was put on too early, or taken away and back. */
  replaced = [];
  restarts = 0;

  constructor() {
    super();
    this.name = `c${(made += 1)}`;
    connections.set(this.name, this);
  }
  addTransceiver(kind) {
    const replaced = this.replaced;
    const sender = {
      track: null,
      async replaceTrack(track) {
        sender.track = track;
        replaced.push(track ? track.label : `no ${kind}`);
      },
      getParameters: () => ({ encodings: [{}] }),
      setParameters: async () => {},
    };
    this.transceivers.push({ sender, receiver: { track: { kind } } });
    queueMicrotask(() => this.signalingState === "stable" && !this.localDescription && this.onnegotiationneeded?.());
  }
  getTransceivers() {
    return this.transceivers;
  }
  createDataChannel() {
    this.channel = new Channel();
    return this.channel;
  }
  async setLocalDescription() {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.localDescription = { type, sdp: `s=${this.name}\na=ice-ufrag:${this.name}\na=fingerprint:sha-256 ${this.name}` };
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
    this.onicecandidate?.({ candidate: { candidate: this.name, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: this.name } });
    this.meet();
  }
  async setRemoteDescription(description) {
    this.remoteDescription = description;
    if (description.type === "offer") {
      this.signalingState = "have-remote-offer";
      for (const kind of this.transceivers.length ? [] : ["audio", "video"]) this.addTransceiver(kind);
    } else {
      this.signalingState = "stable";
    }
    for (const { receiver } of this.transceivers) this.ontrack?.({ track: receiver.track });
    this.meet();
  }
  async addIceCandidate() {}
  setConfiguration() {}
  restartIce() {
    this.restarts += 1;
  }
  /** Both have described themselves to each other, and to nobody else. */
  meet() {
    const other = this.other();
    if (!other || other.other() !== this || !this.localDescription || !other.localDescription) return;
    if (this.connectionState === "connected" || this.signalingState !== "stable" || other.signalingState !== "stable") return;
    for (const end of [this, other]) {
      end.connectionState = "connected";
      end.iceConnectionState = "connected";
      end.onconnectionstatechange?.();
    }
    this.channel.open(other.channel);
    other.channel.open(this.channel);
  }
  other() {
    return connections.get(/^s=(.*)$/m.exec(this.remoteDescription?.sdp ?? "")?.[1] ?? "") ?? null;
  }
  async getStats() {
    if (this.connectionState !== "connected") return new Map();
    const all = [
      { id: "T", type: "transport", selectedCandidatePairId: "P" },
      { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R", timestamp: 0, responsesReceived: 1, requestsSent: 1 },
      { id: "L", type: "local-candidate", candidateType: "host" },
      { id: "R", type: "remote-candidate", candidateType: "host", address: "192.0.2.1", port: 9 },
    ];
    return new Map(all.map((report) => [report.id, report]));
  }
  close() {
    if (this.connectionState === "closed") return;
    this.connectionState = "closed";
    connections.delete(this.name);
    this.channel?.close();
  }
}

/** @returns {{tracks: Track[], asked: string[], opened: () => string[], connections: () => Connection[]}} */
export function playBrowser({ camera = true, microphone = true } = {}) {
  connections.clear();
  made = 0;
  const tracks = [];
  const asked = [];
  const there = [camera && { kind: "videoinput", deviceId: "camera", label: "camera" }, microphone && { kind: "audioinput", deviceId: "microphone", label: "microphone" }].filter(Boolean);
  const mediaDevices = Object.assign(new EventTarget(), {
    enumerateDevices: async () => there,
    async getUserMedia({ video, audio }) {
      asked.push([video && "camera", audio && "microphone"].filter(Boolean).join("+"));
      if ((video && !camera) || (audio && !microphone)) throw new DOMException("none", "NotFoundError");
      const opened = [video && new Track("video", "camera"), audio && new Track("audio", "microphone")].filter(Boolean);
      for (const track of opened) track.wanted = track.kind === "video" ? video : audio;
      tracks.push(...opened);
      return new Stream(opened);
    },
  });
  const audio = { createMediaStreamSource: () => ({ connect() {}, disconnect() {} }), createAnalyser: () => ({ getFloatTimeDomainData() {} }), resume() {}, async close() {} };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { mediaDevices, permissions: { query: async () => ({ state: "granted" }) } } });
  Object.assign(globalThis, {
    MediaStream: Stream,
    RTCPeerConnection: Connection,
    HTMLMediaElement: class {},
    AudioContext: class {
      constructor() {
        return audio;
      }
    },
  });
  return {
    tracks,
    asked,
    /** What is open now, with its light on. */
    opened: () => tracks.filter(({ readyState }) => readyState === "live").map(({ label }) => label),
    connections: () => [...connections.values()],
  };
}
