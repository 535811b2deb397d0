// Sound: recording a voice message, how long a file lasts, and playing it before it is sent.

const TYPES = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"]; // the first is what Telegram's apps send
const LARGEST = 20 * 2 ** 20; // bytes of a file that is decoded to know how long it lasts

export const canRecord = () => Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);

// Begins to record; stop() gives the file with its duration, cancel() throws it away. Throws if there is no microphone.
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
  const parts = [];
  const begun = performance.now();
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.start();
  const end = async () => {
    if (recorder.state !== "inactive") recorder.stop(); // it stops by itself when the microphone goes
    await ended;
    stream.getTracks().forEach((track) => track.stop());
  };
  return {
    seconds: () => Math.floor((performance.now() - begun) / 1000),
    cancel: end,
    async stop() {
      const duration = Math.max(1, Math.round((performance.now() - begun) / 1000));
      await end();
      const [base] = recorder.mimeType.split(";");
      return { file: new File(parts, `voice.${base.split("/")[1]}`, { type: base }), duration };
    },
  };
}

async function decoded(context, file) {
  return context.decodeAudioData(await file.arrayBuffer());
}

// In seconds; undefined if the browser cannot tell.
export async function durationOf(file) {
  if (file.size > LARGEST) return undefined;
  try {
    const { duration } = await decoded(new OfflineAudioContext(1, 1, 44_100), file);
    return Math.max(1, Math.round(duration));
  } catch {
    return undefined;
  }
}

// Plays a file; the returned function ends that. onEnd is called in both cases.
export async function play(file, onEnd) {
  const context = new AudioContext();
  const source = new AudioBufferSourceNode(context, { buffer: await decoded(context, file) });
  source.connect(context.destination);
  source.addEventListener("ended", () => (context.close(), onEnd()));
  source.start();
  return () => source.stop();
}

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
