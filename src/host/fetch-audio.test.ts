import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { encodeWav, rmsLevel, tone, toneShare } from '../audio/index.ts';
import { fetchAudio, maxAudioBytes } from './fetch-audio.ts';

const never = new AbortController().signal;

async function served(listener: RequestListener, run: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hold.wav?token=secret`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const wav =
  (rateHz: number, channelCount: 1 | 2 = 1): RequestListener =>
  (_request, response) => {
    const mono = tone(1000, rateHz, 500);
    const samples =
      channelCount === 1 ? mono : Int16Array.from({ length: mono.length * 2 }, (_, i) => mono[i >> 1] ?? 0);
    response.end(encodeWav({ sampleRateHz: rateHz, channelCount, samples }));
  };

for (const [rateHz, channelCount] of [
  [8000, 1],
  [8000, 2],
  [16_000, 1],
  [16_000, 2],
] as const) {
  for (const callRateHz of [8000, 16_000] as const) {
    const title = `a file of ${rateHz} Hz and ${channelCount} channel(s) is half a second of the same tone at ${callRateHz} Hz`;
    test(title, async () => {
      await served(wav(rateHz, channelCount), async (url) => {
        const audio = await fetchAudio(url, never, callRateHz);
        assert.equal(audio.length, callRateHz / 2);
        assert.ok(toneShare(audio.subarray(800, 3200), callRateHz, 1000) > 0.98);
        assert.ok(rmsLevel(audio) > 500);
      });
    });
  }
}

const faults: readonly (readonly [string, RequestListener, RegExp])[] = [
  ['another status', (_request, response) => response.writeHead(404).end(), /HTTP status 404/],
  ['no WAV file', (_request, response) => response.end('<html>'), /not a WAV file that can be played \(not-wav\)/],
  ['a rate that is not played', wav(44_100), /44100 Hz, not 8000 or 16000/],
  ['a redirect', (_request, response) => response.writeHead(302, { location: '/other' }).end(), /redirect/],
  ['a broken connection', (request) => request.socket.destroy(), /127\.0\.0\.1/],
  [
    'a body over the limit',
    (_request, response) => {
      response.end(new Uint8Array(maxAudioBytes + 1));
    },
    /over 10 MB/,
  ],
];
for (const [name, listener, message] of faults) {
  test(`${name}: rejected with a reason that names the host and no more of the URL`, async () => {
    await served(listener, async (url) => {
      await assert.rejects(fetchAudio(url, never, 8000), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret|hold\.wav/);
        return true;
      });
    });
  });
}

test('only http and https; nothing is sent for anything else', async () => {
  for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/a', 'nonsense']) {
    await assert.rejects(
      fetchAudio(url, never, 8000, () => assert.fail('sent')),
      /not an http or https URL/,
    );
  }
});

test('whoever stops the playback stops the request', async () => {
  const aborting = new AbortController();
  const listener: RequestListener = () => {
    aborting.abort();
  };
  await served(listener, async (url) => {
    await assert.rejects(fetchAudio(url, aborting.signal, 8000));
  });
});
