/** The callee of the demo: the scripted phone with real sockets and real speech engines of its own. */
import {
  at,
  createNodeRandom,
  type MediaThreads,
  monotonicClock,
  openSipSocket,
  type SipSocket,
  startMediaThreads,
} from '../../host/index.ts';
import { createUserAgent } from '../../sip/index.ts';
import { createScriptedPhone, type PhoneEvent, type PhoneScript, type ScriptedPhone } from '../../testing/index.ts';

export interface DemoPhone {
  readonly uri: string;
  readonly phone: ScriptedPhone;
  close(): Promise<void>;
}

export async function startDemoPhone(
  script: PhoneScript,
  speech: { readonly model: string; readonly voice: string },
  onEvent: (event: PhoneEvent) => void,
  speechModule: string = new URL('../../providers/local-speech/index.js', import.meta.url).href,
): Promise<DemoPhone> {
  const host = '127.0.0.1';
  const clock = monotonicClock;
  const random = createNodeRandom();
  const media: MediaThreads = startMediaThreads({
    rtpPorts: { min: 30_000, max: 30_998 },
    bindAddress: host,
    speech,
    speechModule,
  });
  let phone: ScriptedPhone | undefined = undefined as ScriptedPhone | undefined;
  let sip: SipSocket | undefined = undefined as SipSocket | undefined;
  try {
    sip = await openSipSocket(
      { host, port: 0 },
      { onDatagram: (bytes, source) => phone?.receive(bytes, source), onSendFailed: () => undefined },
    );
    const { local } = sip;
    phone = createScriptedPhone(
      {
        clock,
        media,
        mediaAddress: host,
        userAgent: createUserAgent({ random, sentBy: local, userAgent: 'scripted-phone', acceptsCalls: true }),
        sendSip: (bytes, to) => sip?.send(bytes, to),
        at: (atMs, callback) => at(clock, atMs, callback),
      },
      script,
      onEvent,
    );
    await media.whenReady();
  } catch (fault) {
    await Promise.allSettled([sip?.close(), media.close()]);
    throw fault;
  }
  return {
    uri: `sip:callee@${host}:${sip.local.port}`,
    phone,
    async close() {
      phone?.close();
      await Promise.allSettled([sip?.close(), media.close()]);
    },
  };
}
