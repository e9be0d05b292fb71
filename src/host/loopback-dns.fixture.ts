/** For tests only: an authoritative name server on loopback over UDP (RFC 1035, RFC 2782, RFC 3403), written down as a zone. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

export type ZoneRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string; readonly ttlS?: number }
  | { readonly type: 'CNAME'; readonly target: string; readonly ttlS?: number }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
      readonly ttlS?: number;
    }
  | {
      readonly type: 'NAPTR';
      readonly order: number;
      readonly preference: number;
      readonly service: string;
      readonly replacement: string;
      readonly ttlS?: number;
    };

/** By name in lower case. A name that is absent does not exist; `silent` is never answered, `broken` with SERVFAIL. */
export type DnsZone = Readonly<Record<string, readonly ZoneRecord[] | 'silent' | 'broken'>>;

export interface LoopbackDns {
  /** As the resolver takes it: `127.0.0.1:port`. */
  readonly server: string;
  /** Questions so far, such as `SRV _sip._udp.trunk.test`; repetitions included. */
  readonly questions: readonly string[];
  /** Takes the place of the whole zone. */
  setZone(zone: DnsZone): void;
  close(): Promise<void>;
}

const typeNumbers = { A: 1, CNAME: 5, AAAA: 28, SRV: 33, NAPTR: 35 } as const;
const noSuchName = 3;
const serverFailure = 2;
/** Most CNAME steps that are followed for one answer. */
const maxAliases = 8;

export async function startLoopbackDns(zone: DnsZone): Promise<LoopbackDns> {
  let current = zone;
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes, { address, port }) => {
    const question = readQuestion(bytes);
    if (question === undefined) return;
    questions.push(`${nameOfType(question.type)} ${question.name}`);
    const found = current[question.name];
    if (found === 'silent') return;
    socket.send(printAnswer(bytes, question, found, current), port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    setZone(next) {
      current = next;
    },
    close: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve();
        });
      }),
  };
}

interface Question {
  readonly name: string;
  readonly type: number;
  /** Offset of what follows the question. */
  readonly end: number;
}

function readQuestion(bytes: Buffer): Question | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = bytes[at] ?? 0; length > 0 && length < 64; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > bytes.length) return undefined;
  return { name: labels.join('.').toLowerCase(), type: bytes.readUInt16BE(at + 1), end: at + 5 };
}

function nameOfType(type: number): string {
  return Object.entries(typeNumbers).find(([, number]) => number === type)?.[0] ?? String(type);
}

function printAnswer(
  bytes: Buffer,
  { name, type, end }: Question,
  found: readonly ZoneRecord[] | 'broken' | undefined,
  zone: DnsZone,
): Buffer {
  const answers = Array.isArray(found) ? answersFor(name, type, zone) : [];
  const code = found === undefined ? noSuchName : found === 'broken' ? serverFailure : 0;
  const header = Buffer.alloc(12);
  bytes.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x84_00 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, bytes.subarray(12, end), ...answers]);
}

/** The records of this type, behind the aliases that lead to them. */
function answersFor(name: string, type: number, zone: DnsZone): Buffer[] {
  const answers: Buffer[] = [];
  let at = name;
  for (let step = 0; step < maxAliases; step += 1) {
    const records = zone[at];
    if (!Array.isArray(records)) break;
    const owner = at;
    const wanted = (records as readonly ZoneRecord[]).filter((record) => typeNumbers[record.type] === type);
    answers.push(...wanted.map((record) => printRecord(owner, record)));
    const alias = (records as readonly ZoneRecord[]).find((record) => record.type === 'CNAME');
    if (wanted.length > 0 || alias?.type !== 'CNAME') break;
    answers.push(printRecord(owner, alias));
    at = alias.target;
  }
  return answers;
}

function printRecord(owner: string, record: ZoneRecord): Buffer {
  const data = printData(record);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(typeNumbers[record.type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(record.ttlS ?? 30, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([printName(owner), fixed, data]);
}

function printData(record: ZoneRecord): Buffer {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return printAddress(record.address);
    case 'CNAME':
      return printName(record.target);
    case 'SRV':
      return Buffer.concat([numbers(record.priority, record.weight, record.port), printName(record.target)]);
    case 'NAPTR':
      return Buffer.concat([
        numbers(record.order, record.preference),
        ...['s', record.service, ''].map(printText),
        printName(record.replacement),
      ]);
    default:
      return record satisfies never;
  }
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => bytes.writeUInt16BE(value, 2 * index));
  return bytes;
}

function printText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}

function printName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(printText), Buffer.from([0])]);
}

function printAddress(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return numbers(...left, ...zeros, ...right);
}
