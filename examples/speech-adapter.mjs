// A speech engine for outdial: both sides of the protocol in docs/speech-adapter.md, with toys where your engine goes.
//   npm install ws && node examples/speech-adapter.mjs 4200
//   "stt": { "providerType": "websocket", "credentials": { "url": "http://127.0.0.1:4200" } }, and the same for "tts"
import { WebSocketServer } from 'ws';

const loudness = (pcm) => Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length));
const samplesOf = (bytes) => Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));

/** Your recogniser: the words of one utterance. This one measures it. */
async function recognise(pcm, sampleRateHz) {
  return `I heard you for ${((1000 * pcm.length) / sampleRateHz).toFixed()} milliseconds`;
}

/** Your voice: chunks of 16-bit samples as they are made. This one hums, longer for longer words. */
async function* speak(text, sampleRateHz) {
  for (const word of text.split(/\s+/)) {
    const hum = (_, i) => 8000 * Math.sin((2 * Math.PI * 220 * i) / sampleRateHz);
    yield Int16Array.from({ length: (sampleRateHz / 20) * word.length }, hum);
    yield new Int16Array(sampleRateHz / 20);
  }
}

/** Cuts the audio of a call into utterances by its loudness. Most engines have something better. */
function listen(socket, { sampleRateHz, endOfSpeechMs }) {
  const frame = sampleRateHz / 50; // 20 ms
  let heard = 0; // samples so far
  let voice; // { from, chunks, lastLoud } while somebody speaks
  const say = (message) => socket.send(JSON.stringify(message));
  say({ type: 'ready' });
  const hearFrame = async (pcm) => {
    heard += pcm.length;
    const seconds = heard / sampleRateHz;
    if (loudness(pcm) > 200) {
      if (voice === undefined) {
        voice = { from: seconds - pcm.length / sampleRateHz, chunks: [], lastLoud: seconds };
        say({ type: 'speech-started', at: voice.from });
      }
      voice.lastLoud = seconds;
    }
    voice?.chunks.push(...pcm);
    if (voice === undefined || seconds - voice.lastLoud < endOfSpeechMs / 1000) return;
    const { from, chunks, lastLoud } = voice;
    voice = undefined;
    const spoken = Int16Array.from(chunks.slice(0, Math.round((lastLoud - from) * sampleRateHz)));
    say({ type: 'final', text: await recognise(spoken, sampleRateHz), confidence: 0.9, from, to: lastLoud });
  };
  // Messages are of any length: what was said before the connection stood comes in one piece.
  return (pcm) => {
    for (let at = 0; at < pcm.length; at += frame) void hearFrame(pcm.subarray(at, at + frame));
  };
}

const server = new WebSocketServer({ port: Number(process.argv[2] ?? 4200), host: '127.0.0.1' });
server.on('listening', () => process.stdout.write(`listening on ${server.address().port}\n`));
server.on('connection', (socket) => {
  let hear;
  const answer = async ({ text, sampleRateHz }) => {
    for await (const pcm of speak(text, sampleRateHz)) socket.send(Buffer.from(pcm.buffer));
    socket.send(JSON.stringify({ type: 'done' }));
  };
  socket.on('message', (data, isBinary) => {
    if (isBinary) return hear?.(samplesOf(data));
    const message = JSON.parse(data);
    if (message.type === 'start') hear = listen(socket, message);
    if (message.type === 'speak') void answer(message);
  });
});
