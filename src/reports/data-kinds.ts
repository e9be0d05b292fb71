/** The kinds of data in records, reports and events, and what becomes of each at each level. Printed into docs/reporting.md. */

/** `everything` is the default. */
export const personalDataLevels = ['everything', 'no-personal-data', 'metadata-only'] as const;
export type PersonalDataLevel = (typeof personalDataLevels)[number];

export type Treatment =
  | 'kept'
  /** Runs of five digits or more lose all but the last two. */
  | 'numbers masked'
  /** Of a number; names and short numbers are hidden. */
  | 'last two digits'
  /** What the host of a URI or URL is, and nothing else of it. */
  | 'host'
  /** Without quotations, numbers, users of SIP URIs and paths of URLs. */
  | 'cleaned'
  /** `***` stands in its place. */
  | 'hidden'
  /** An empty object or list, or null, stands in its place. */
  | 'emptied';

export type DataKind = 'plain' | 'tenant' | 'party' | 'words' | 'content' | 'link' | 'sentence' | 'custom';

type Row = { readonly what: string } & Readonly<Record<Exclude<PersonalDataLevel, 'everything'>, Treatment>>;

export const dataKinds = {
  plain: {
    what: 'Identifiers of sessions, times, durations, states, codes, types, measurements, names of recordings',
    'no-personal-data': 'kept',
    'metadata-only': 'kept',
  },
  tenant: {
    what: 'Names of tenants, which are often numbers',
    'no-personal-data': 'numbers masked',
    'metadata-only': 'numbers masked',
  },
  party: {
    what: 'Telephone numbers and SIP addresses of callee and caller',
    'no-personal-data': 'last two digits',
    'metadata-only': 'host',
  },
  words: {
    what: 'What callee and bot said, and keys that were pressed',
    'no-personal-data': 'hidden',
    'metadata-only': 'hidden',
  },
  content: {
    what: 'The context, requests to the bot and its answers',
    'no-personal-data': 'emptied',
    'metadata-only': 'emptied',
  },
  link: {
    what: 'URLs of audio files',
    'no-personal-data': 'host',
    'metadata-only': 'hidden',
  },
  sentence: {
    what: 'Sentences of the gateway: reasons of failures, warnings, problems',
    'no-personal-data': 'cleaned',
    'metadata-only': 'hidden',
  },
  custom: {
    what: 'Data that the bot put into the record on purpose (`cdr_custom_data`)',
    'no-personal-data': 'numbers masked',
    'metadata-only': 'emptied',
  },
} as const satisfies Readonly<Record<DataKind, Row>>;
