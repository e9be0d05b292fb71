/** SIPp as the called side: scenarios built from steps, run as a child process that stops by itself. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const echoed = '[last_Via:]\n[last_Record-Route:]\n[last_From:]\n[last_To:]TAG\n[last_Call-ID:]\n[last_CSeq:]';
const contact = 'Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>';
const sdp = `v=0
o=sipp 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv`;

function send(startLine: string, lines: readonly string[], body = '', retransmits = false): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const text = [startLine, ...lines, ...type, `Content-Length: ${body === '' ? '0' : '[len]'}`, '', body].join('\n');
  return `<send${retransmits ? ' retrans="500"' : ''}><![CDATA[\n${text}\n]]></send>`;
}

/** A response to the last request; `hasTag` adds a To tag of ours, which only the first responses need to. */
function respond(status: string, hasTag: boolean, body = '', retransmits = false): string {
  const headers = echoed.replace('TAG', hasTag ? ';tag=[pid]S[call_number]' : '').split('\n');
  return send(`SIP/2.0 ${status}`, hasTag ? [...headers, contact] : headers, body, retransmits);
}

/** An answer to the INVITE that `receiveInviteAndKeep` has kept, from the fork of this tag. */
function answerKept(
  status: string,
  { tag = '[pid]S[call_number]', headers = [], hasSdp = false }: KeptAnswer = {},
): string {
  const isFinal = Number(status.slice(0, 3)) >= 200;
  const isReliable = headers.some((line) => line.startsWith('RSeq:'));
  const lines = [
    'Via:[$via_value]',
    'From:[$from_value]',
    `To:[$to_value];tag=${tag}`,
    '[last_Call-ID:]',
    'CSeq:[$cseq_value]',
  ];
  return send(
    `SIP/2.0 ${status}`,
    [...lines, ...(headers.some((line) => line.startsWith('Contact:')) ? [] : [contact]), ...headers],
    hasSdp ? sdp : '',
    isFinal || isReliable,
  );
}

/** What stands in a request of the callee beside what every one has. */
export interface OwnRequest {
  readonly headers?: readonly string[];
  /** Attribute of its description; without one it has none. */
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** Instead of its own media address. */
  readonly address?: string;
}

/** A request of the callee inside the call, from the identities of the ACK it kept; `number` counts its requests. */
function ownRequest(method: string, number: number, { headers = [], direction, address }: OwnRequest): string {
  const described = sdp.replace('a=sendrecv', `a=${direction ?? ''}`).replace('sipp 1 1', `sipp 1 ${number + 1}`);
  const body =
    direction === undefined ? '' : described.replace('c=IN IP4 [media_ip]', `c=IN IP4 ${address ?? '[media_ip]'}`);
  return send(
    `${method} [next_url] SIP/2.0`,
    [
      'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
      'From:[$loc]',
      'To:[$rem]',
      '[last_Call-ID:]',
      `CSeq: ${number} ${method}`,
      'Max-Forwards: 70',
      contact,
      ...headers,
    ],
    body,
    method !== 'ACK',
  );
}

/** An answer to an INVITE or UPDATE with headers of its own. */
function answerSession(
  status: string,
  headers: readonly string[],
  { hasTag, hasSdp }: { readonly hasTag: boolean; readonly hasSdp: boolean },
): string {
  const lines = echoed.replace('TAG', hasTag ? ';tag=[pid]S[call_number]' : '').split('\n');
  return send(`SIP/2.0 ${status}`, [...lines, contact, ...headers], hasSdp ? sdp : '', hasSdp);
}

export interface KeptAnswer {
  readonly tag?: string;
  readonly headers?: readonly string[];
  readonly hasSdp?: boolean;
}

function withoutEvents(text: string): string {
  return text.replace('RTP/AVP 0 101', 'RTP/AVP 0').replace('a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n', '');
}

export const step = {
  answerKept,
  receive: (method: string): string => `<recv request="${method}" rrs="true"/>`,
  receiveResponse: (status: number): string => `<recv response="${status}"/>`,
  trying: respond('100 Trying', false),
  ringing: respond('180 Ringing', true),
  answer: respond('200 OK', true, sdp, true),
  /** Wants the audio at a port that SIPp itself does not take; with further lines of its description. */
  answerFor: (mediaPort: number, lines: readonly string[] = []): string =>
    respond('200 OK', true, [sdp.replace('[media_port]', String(mediaPort)), ...lines].join('\n'), true),
  ok: respond('200 OK', false),
  /** 200 to a re-INVITE. */
  answerAgain: respond('200 OK', false, sdp, true),
  accepted: respond('202 Accepted', false),
  /** A final refusal of a request inside the call. */
  refuse: (status: string): string => respond(status, false),
  /** A request that this pattern is found in: SIPp takes a header whose name ends like another one for that one. */
  receiveWithText: (method: 'INVITE', pattern: string): string => {
    const regexp = pattern.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `<recv request="${method}" rrs="true"><action><ereg regexp="${regexp}" search_in="msg" assign_to="text_${method.toLowerCase()}" check_it="true"/></action></recv>`;
  },
  /** A request whose body this pattern is found in. */
  receiveWithBody: (method: 'INVITE' | 'ACK', pattern: string): string =>
    `<recv request="${method}" rrs="true"><action><ereg regexp="${pattern}" search_in="body" assign_to="body_${method.toLowerCase()}" check_it="true"/></action></recv>`,
  /** News of a transfer (RFC 3515), from the identities of the ACK it kept; `number` counts the requests of the callee. */
  notify: (number: number, status: string, state: string): string =>
    send(
      'NOTIFY [next_url] SIP/2.0',
      [
        'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
        'From:[$loc]',
        'To:[$rem]',
        '[last_Call-ID:]',
        `CSeq: ${number} NOTIFY`,
        'Max-Forwards: 70',
        contact,
        'Event: refer',
        `Subscription-State: ${state}`,
        'Content-Type: message/sipfrag;version=2.0',
      ],
      `SIP/2.0 ${status}\n`,
      true,
    ).replace('Content-Type: application/sdp\n', ''),
  reject: (status: string): string => respond(status, true, '', true),
  /** A challenge; `header` is WWW-Authenticate or Proxy-Authenticate with its value. The ACK follows. */
  challenge: (status: string, header: string): string =>
    [
      send(`SIP/2.0 ${status}`, [...echoed.replace('TAG', ';tag=[pid]S[call_number]c').split('\n'), header]),
      '<recv request="ACK"/>',
    ].join('\n'),
  /** A request whose Authorization SIPp computes for itself; it gets 403 and the scenario fails when it differs. */
  receiveVerified: (method: 'INVITE' | 'BYE' | 'REGISTER', username: string, password: string): string => {
    const verified = `${method.toLowerCase()}_verified`;
    return [
      `<recv request="${method}" rrs="true"><action><verifyauth assign_to="${verified}" username="${username}" password="${password}"/></action></recv>`,
      `<nop next="${verified}" test="${verified}"/>`,
      respond('403 Forbidden', false),
      '<recv request="OPTIONS" timeout="100"/>',
      `<label id="${verified}"/>`,
    ].join('\n');
  },
  /** A request with a header that every one of these patterns is found in. */
  receiveWith: (
    method: 'INVITE' | 'PRACK' | 'ACK' | 'UPDATE' | 'REFER' | 'BYE' | 'INFO' | 'REGISTER',
    header: string,
    patterns: readonly string[],
  ): string => {
    const actions = patterns.map((pattern, index) => {
      const regexp = pattern.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const name = `match_${method.toLowerCase()}_${'abc'[index] ?? 'z'}`;
      return `<ereg regexp="${regexp}" search_in="hdr" header="${header}:" assign_to="${name}" check_it="true"/>`;
    });
    return `<recv request="${method}" rrs="true"><action>${actions.join('')}</action></recv>`;
  },
  /** A final answer to a request other than INVITE, with further headers; they may repeat some of the request. */
  answerWith: (status: string, headers: readonly string[]): string =>
    send(`SIP/2.0 ${status}`, [...echoed.replace('TAG', ';tag=[pid]S[call_number]').split('\n'), ...headers]),
  request: ownRequest,
  answerSession,
  /** A re-INVITE of the callee: the answer whose body this pattern is found in, and its ACK. */
  reInvite: (number: number, options: OwnRequest, pattern: string): string =>
    [
      ownRequest('INVITE', number, options),
      '<recv response="100" optional="true"/>',
      `<recv response="200" rrs="true"><action><ereg regexp="${pattern}" search_in="body" assign_to="answer_${'abcdefgh'.charAt(number)}" check_it="true"/></action></recv>`,
      ownRequest('ACK', number, options.direction === undefined ? { direction: 'sendrecv' } : {}),
    ].join('\n'),
  pause: (durationMs: number): string => `<pause milliseconds="${durationMs}"/>`,
  /** CANCEL of a call that rings: 200 to the CANCEL, 487 to the INVITE, its ACK. */
  cancelled: [
    '<recv request="CANCEL"/>',
    respond('200 OK', false),
    send(
      'SIP/2.0 487 Request Terminated',
      ['[$via]', '[$from]', '[$to];tag=[pid]S[call_number]', '[last_Call-ID:]', '[$cseq]'],
      '',
      true,
    ),
    '<recv request="ACK"/>',
  ].join('\n'),
  /** INVITE whose headers are kept for a later response to it. */
  receiveInviteAndKeep: `<recv request="INVITE" rrs="true"><action>${['Via', 'From', 'To', 'CSeq']
    .map((name) => `<ereg regexp=".*" search_in="hdr" header="${name}:" assign_to="${name.toLowerCase()}_value"/>`)
    .join('')}</action></recv>`,
  /** A key by INFO, from the identities of the ACK it kept; `number` counts the requests of the callee. */
  infoKey: (number: number, key: string): string =>
    ownRequest('INFO', number, {})
      .replace('Content-Length: 0', 'Content-Type: application/dtmf-relay\nContent-Length: [len]')
      .replace(']]></send>', `Signal=${key}\nDuration=160\n]]></send>`),
  /** Plays a file of G.711 u-law, one of `files`, once; the description must be `soundOnly`. */
  play: (file: string): string => `<nop><action><exec rtp_stream="${file},1,0"/></action></nop>`,
  /** The step with a description that has no telephone events. */
  withoutEvents,
  /** The same, for `play`: SIPp streams from a port of its own. */
  soundOnly: (text: string): string => withoutEvents(text).replace('[media_port]', '[rtpstream_audio_port]'),
  /** The callee hangs up, from the identities of the ACK it kept. */
  receiveAckAndKeep: `<recv request="ACK"><action><ereg regexp=".*" search_in="hdr" header="From:" assign_to="rem"/><ereg regexp=".*" search_in="hdr" header="To:" assign_to="loc"/></action></recv>`,
  bye: send(
    'BYE [next_url] SIP/2.0',
    ['[last_Via:]', 'From:[$loc]', 'To:[$rem]', '[last_Call-ID:]', 'CSeq: 1 BYE', 'Max-Forwards: 70'],
    '',
    true,
  ).replace('[last_Via:]', 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]'),
};

const untilHungUp = [step.answer, step.receive('ACK'), step.receive('BYE'), step.ok];
/** Callees that answer and stay until we hang up. */
export const answerAtOnce: readonly string[] = [step.receive('INVITE'), step.trying, ...untilHungUp];
export const ringAndAnswer: readonly string[] = [step.receive('INVITE'), step.trying, step.ringing, ...untilHungUp];

for (const name of ['via', 'from', 'to', 'cseq']) {
  const header = { via: 'Via', from: 'From', to: 'To', cseq: 'CSeq' }[name] ?? name;
  step.cancelled = step.cancelled.replace(`[$${name}]`, `${header}:[$${name}_value]`);
}

export interface SippRun {
  /** Resolves when SIPp has ended; rejects with its own words when the scenario did not go as written. */
  readonly done: Promise<void>;
}

/** Runs one call of a scenario on a loopback port. It ends by itself after `timeoutS` at the latest. */
export async function runSipp(options: {
  readonly steps: readonly string[];
  readonly port: number;
  readonly mediaPort: number;
  readonly echoesRtp?: boolean;
  /** Default: UDP. */
  readonly transport?: 'udp' | 'tcp';
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly timeoutS?: number;
  /** For `step.play`, by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** `host:port` that is called; without it SIPp waits to be called. */
  readonly target?: string;
  /** For `[authentication]` in the steps. */
  readonly credentials?: { readonly username: string; readonly password: string };
}): Promise<SippRun> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-sipp-'));
  const file = join(folder, 'scenario.xml');
  const { host = '127.0.0.1' } = options;
  const variables = new Set([...options.steps.join('\n').matchAll(/assign_to="([a-z_]+)"/g)].map(([, name]) => name));
  const reference = variables.size === 0 ? '' : `<Reference variables="${[...variables].join(',')}"/>`;
  await writeFile(
    file,
    `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="callee">\n${options.steps.join('\n')}\n${reference}\n</scenario>\n`,
  );
  for (const [name, bytes] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), bytes);
  const child = spawn(
    'sipp',
    [
      ...['-sf', file, '-i', host, '-p', String(options.port), '-t', options.transport === 'tcp' ? 't1' : 'u1'],
      ...['-mi', host, '-mp', String(options.mediaPort), ...(options.echoesRtp === true ? ['-rtp_echo'] : [])],
      ...['-nostdin', '-m', '1', '-timeout', String(options.timeoutS ?? 40), '-timeout_error'],
      ...['-trace_err', '-error_file', join(folder, 'errors.log')],
      ...(options.credentials === undefined
        ? []
        : ['-au', options.credentials.username, '-ap', options.credentials.password]),
      ...(options.target === undefined ? [] : [options.target]),
    ],
    { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'xterm' } },
  );
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      readFile(join(folder, 'errors.log'), 'utf8')
        .catch(() => '')
        .then(async (errors) => {
          await rm(folder, { recursive: true, force: true });
          if (code === 0) resolve();
          else reject(new Error(`SIPp ended with ${String(code)}: ${errors.slice(0, 2000)}`));
        }, reject);
    });
  });
  if (options.target !== undefined) return { done };
  // Time to bind its socket: SIPp says nothing when it is ready.
  await new Promise((resolve) => {
    setTimeout(resolve, 500);
  });
  return { done };
}
