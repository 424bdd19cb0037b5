// Runs where the browser handles sound (an AudioWorklet): hands on what comes in, with the time it came.

/** The names of that place; the checker knows only those of a page. */
const { AudioWorkletProcessor, registerProcessor } = /** @type {any} */ (globalThis);

class Recorder extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const samples = inputs[0]?.[0];
    // A copy: the browser takes its own array back.
    if (samples) this.port.postMessage({ frame: /** @type {any} */ (globalThis).currentFrame, samples: samples.slice() });
    return true;
  }
}

registerProcessor("recorder", Recorder);
