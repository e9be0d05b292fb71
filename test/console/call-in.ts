/** Somebody who calls the gateway by a few lines of SIP, says nothing, and may call itself anything. */
import { createSocket } from 'node:dgram';

export interface Stranger extends Disposable {
  hangUp(): void;
}

/** Resolves when the gateway has answered the call. `name` stands in From as it is. */
export async function callIn(sipPort: number, name: string): Promise<Stranger> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  const { port } = socket.address();
  const callId = `stranger-${port}`;
  let to = `<sip:1234@127.0.0.1:${sipPort}>`;
  const send = (method: string, sequence: number, body: string): void => {
    const head = [
      `${method} sip:1234@127.0.0.1:${sipPort} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK${method}${port}`,
      'Max-Forwards: 70',
      `From: ${name} <sip:stranger@127.0.0.1>;tag=1`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:stranger@127.0.0.1:${port}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
    ];
    socket.send(`${head.join('\r\n')}\r\n\r\n${body}`, sipPort, '127.0.0.1');
  };
  const offer = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 40000 RTP/AVP 0',
    '',
  ];
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('message', (bytes) => {
      const text = bytes.toString();
      const status = Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1]);
      if (!/^CSeq: 1 INVITE/im.test(text) || !(status >= 200)) return;
      to = /^To: *(.*)$/im.exec(text)?.[1]?.trim() ?? to;
      send('ACK', 1, '');
      if (status === 200) resolve();
      else reject(new Error(`the gateway refused the call: ${text}`));
    });
  });
  send('INVITE', 1, offer.join('\r\n'));
  await answered;
  return {
    hangUp() {
      send('BYE', 2, '');
    },
    [Symbol.dispose]() {
      socket.close();
    },
  };
}
