/** Running the gateway. */
import type { SettingSpec } from './setting-spec.ts';

const logWords = {
  off: 'silent',
  fatal: 'fatal',
  severe: 'error',
  error: 'error',
  warning: 'warn',
  warn: 'warn',
  audit: 'info',
  info: 'info',
  fine: 'debug',
  finer: 'debug',
  debug: 'debug',
  finest: 'trace',
  all: 'trace',
  trace: 'trace',
} as const;

export const operationSettings = [
  {
    name: 'LOG_LEVEL',
    key: 'logLevel',
    group: 'Operation',
    kind: { type: 'word', words: logWords },
    default: 'info',
    description: 'How much is logged. The words of the original are understood as well as the usual ones.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_DATA_DIR',
    key: 'dataDir',
    group: 'Operation',
    kind: { type: 'path' },
    default: './outdial-data',
    description:
      'Directory for everything that must survive a restart: accepted calls, notifications, records, recordings, SIP traces.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_DRAIN_TIMEOUT',
    key: 'drainTimeoutMs',
    group: 'Operation',
    kind: { type: 'duration', unit: 's', min: 0, max: 3600 },
    default: '30',
    description: 'How long a stopping gateway lets calls go on before it hangs them up.',
    origin: 'outdial',
  },
  {
    name: 'ENABLE_METRICS_AUTH',
    key: 'isMetricsAuthEnabled',
    group: 'Operation',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Asks for ADMIN_USERNAME and ADMIN_PASSWORD (HTTP Basic) before metrics are shown.',
    origin: 'original',
  },
  {
    name: 'ENABLE_AUDIT_MESSAGES',
    key: 'isAuditEnabled',
    group: 'Operation',
    kind: { type: 'boolean' },
    default: 'true',
    description:
      'Logs configuration actions, failed logins and started calls, each with the field audit, at every LOG_LEVEL but off.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_MAX_CPU',
    key: 'maxCpuPercent',
    group: 'Operation',
    kind: { type: 'integer', min: 0, max: 100 },
    default: '90',
    description:
      'New calls get 503 while this process keeps that part (in percent) of all cores busy, so that running calls do not suffer. 0 switches it off.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_MAX_RECOGNITION_WAIT',
    key: 'maxRecognitionWaitMs',
    group: 'Operation',
    kind: { type: 'duration', unit: 's', min: 0, max: 60 },
    default: '2',
    description:
      'New calls get 503 while callees wait longer than this until the recogniser inside begins with their words, for 6 s on end. Guesses of what is being said are left out long before. 0 switches it off.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
