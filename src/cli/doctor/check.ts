/** What the doctor is made of: checks that each look at one thing and come to one finding. */

/** What each check looks at, and what makes it fail. docs/doctor.md is printed from here; the order is that of the report. */
export const checkKinds = {
  settings: {
    looksAt: 'The environment, the tenant file and the dialog files: every problem at once',
    failsWhen: 'outdial serve would not start with them',
  },
  'sip port': {
    looksAt: 'Whether SIP_PORT and SIP_PORT_TCP can be bound',
    failsWhen: 'another process has the port, or the address is not of this machine',
  },
  'http port': {
    looksAt: 'Whether HTTP_PORT can be bound',
    failsWhen: 'another process has the port, or the address is not of this machine',
  },
  'rtp ports': {
    looksAt: 'A sample of the even ports of RTP_UDP_PORT_RANGE, and whether they are enough for MAX_SESSIONS',
    failsWhen: 'one of the sample cannot be bound, or there are fewer ports than calls',
  },
  addresses: {
    looksAt: 'Whether others can reach SIP_HOST and SDP_ADDRESS: loopback, private and foreign addresses',
    failsWhen: 'a loopback address is told to a trunk on another machine; an address behind NAT is a warning',
  },
  dns: {
    looksAt: 'Whether the host names of bots and webhooks resolve; the trunk is found by its own check',
    failsWhen: 'one of them does not',
  },
  clock: {
    looksAt: 'The wall clock against the Date header of a bot or a webhook host (HEAD request for /)',
    failsWhen: 'they are more than 10 s apart',
  },
  tls: {
    looksAt: 'Certificate and key files of the HTTP settings, and NODE_EXTRA_CA_CERTS',
    failsWhen: 'a file cannot be read or its certificate has expired; less than 14 days left is a warning',
  },
  trunk: {
    looksAt:
      'OUTDIAL_SIP_TRUNK or each of OUTDIAL_SIP_TRUNK_TARGETS, found by DNS: a SIP OPTIONS request from a port of its own over UDP, a connection otherwise',
    failsWhen:
      'none of them gives a final answer, whatever its status, or takes the connection; when some do the others are a warning',
  },
  registration: {
    looksAt:
      'OUTBOUND_CALLS_SIP_AUTH_USERNAME at OUTDIAL_REGISTRAR, or else OUTDIAL_SIP_TRUNK, with a REGISTER that asks for bindings and changes none',
    failsWhen: 'one refuses the credentials or does not answer',
  },
  speech: {
    looksAt: 'The speech engines: loads them, speaks three words and recognises them',
    failsWhen: 'they cannot be loaded or understand something else',
  },
  'espeak-ng': {
    looksAt: 'Where a tenant speaks with espeak-ng: OUTDIAL_ESPEAK_PROGRAM, with one word in the voice of each tenant',
    failsWhen: 'it cannot be run or does not know a voice',
  },
  bot: {
    looksAt: 'With --bot: the first turn of a call to every bot, which costs a turn each',
    failsWhen: 'a bot cannot be reached or its answer cannot be used',
  },
  webhooks: {
    looksAt: 'A TCP connection to the host of every configured webhook; nothing is posted',
    failsWhen: 'a host accepts no connection',
  },
  'data directory': {
    looksAt: 'OUTDIAL_DATA_DIR, by writing a file, and its free space',
    failsWhen: 'it takes no file or has less than 1 GiB',
  },
  'file descriptors': {
    looksAt: 'How many files and sockets the process may have open (Linux)',
    failsWhen: 'fewer than 1024',
  },
} as const satisfies Record<string, { readonly looksAt: string; readonly failsWhen: string }>;

export type CheckName = keyof typeof checkKinds;

/** `warning` is worth a look and no reason to fail; `skipped` was not checked, and `detail` says why. */
export interface Finding {
  readonly status: 'good' | 'warning' | 'bad' | 'skipped';
  /** What was found, without secrets. */
  readonly detail: string;
  /** What to do about it; only when something is to be done. */
  readonly fix?: string;
}

export interface Check {
  readonly name: CheckName;
  /** Comes to a finding; may reject, which counts as a bad one. `signal` aborts when the time is up. */
  readonly run: (signal: AbortSignal) => Promise<Finding>;
  /** How long it may take; 5 s unless it says otherwise. */
  readonly limitMs?: number;
}

export const good = (detail: string): Finding => ({ status: 'good', detail });
export const bad = (detail: string, fix: string): Finding => ({ status: 'bad', detail, fix });
export const warning = (detail: string, fix: string): Finding => ({ status: 'warning', detail, fix });
export const skipped = (detail: string): Finding => ({ status: 'skipped', detail });

const ranks = { skipped: 0, good: 1, warning: 2, bad: 3 } as const;

/**
 * One finding of several about the same thing: as bad as the worst, with the details of those that are, and all details
 * when everything is well. `none` stands for an empty list.
 */
export function worstOf(findings: readonly Finding[], none: Finding): Finding {
  const [first, ...rest] = findings;
  if (first === undefined) return none;
  const worst = rest.reduce((found, next) => (ranks[next.status] > ranks[found.status] ? next : found), first).status;
  const told = findings.filter(({ status }) => status === worst);
  const fixes = [...new Set(told.flatMap(({ fix }) => (fix === undefined ? [] : [fix])))];
  return {
    status: worst,
    detail: told.map(({ detail }) => detail).join('; '),
    ...(fixes.length === 0 ? {} : { fix: fixes.join('\n') }),
  };
}

export function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  // What failed at several addresses has no message of its own.
  if (fault instanceof AggregateError && fault.message === '') return reasonOf(fault.errors[0]);
  return fault.message;
}
