// Who may import whom. A room is a folder under src/; this table is the rule, and every import is held against it.
// Across rooms only through a room's index.ts.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const mayImport = {
  kit: [],
  sip: ['kit'],
  sdp: ['kit'],
  rtp: ['kit'],
  audio: ['kit'],
  policy: ['kit'],
  authorization: ['kit'],
  speech: ['kit', 'audio'],
  conversation: ['kit', 'speech'],
  media: ['kit', 'rtp', 'audio', 'speech'],
  turn: ['kit', 'conversation'],
  reports: ['kit', 'media'],
  metrics: ['kit'],
  call: ['kit', 'sip', 'sdp', 'media', 'speech', 'turn', 'conversation', 'reports'],
  providers: ['kit', 'audio', 'speech', 'conversation', 'authorization'],
  tenants: ['kit', 'config', 'media', 'policy', 'speech'],
  config: ['kit', 'media', 'policy', 'sip', 'speech'],
  'error-pages': ['kit', 'call', 'config'],
  store: ['kit', 'reports'],
  reporting: ['kit', 'authorization', 'reports', 'store'],
  databases: ['kit', 'store'],
  webhooks: ['kit', 'authorization', 'store'],
  journal: ['kit', 'store'],
  engine: [
    'kit',
    'sip',
    'sdp',
    'media',
    'speech',
    'turn',
    'conversation',
    'call',
    'policy',
    'tenants',
    'store',
    'webhooks',
    'reports',
  ],
  api: [
    'kit',
    'error-pages',
    'sip',
    'engine',
    'policy',
    'tenants',
    'config',
    'metrics',
    'reports',
    'store',
    'webhooks',
  ],
  host: [
    'kit',
    'authorization',
    'policy',
    'sip',
    'rtp',
    'audio',
    'media',
    'speech',
    'conversation',
    'authorization',
    'providers',
    'engine',
    'store',
    'webhooks',
    'reporting',
    'config',
  ],
  client: [],
  testing: [
    'kit',
    'sip',
    'sdp',
    'rtp',
    'audio',
    'media',
    'speech',
    'conversation',
    'call',
    'engine',
    'store',
    'webhooks',
    'reports',
    'reporting',
    'tenants',
  ],
  testkit: '*',
  app: '*',
  cli: '*',
};

const root = resolve(import.meta.dirname, '..', 'src');
const filesUnder = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : name.endsWith('.ts') ? [path] : [];
  });

const faults = [];
for (const file of filesUnder(root)) {
  const own = relative(root, file).split('/')[0];
  if (!(own in mayImport)) faults.push(`${relative(root, file)}: room "${own}" is not in scripts/check-rooms.mjs`);
  const isTest = /\.(?:test|fixture)\.ts$/.test(file);
  for (const match of readFileSync(file, 'utf8').matchAll(
    /\bfrom\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)|\bnew URL\('(\.[^']+)'/g,
  )) {
    const target = relative(root, resolve(dirname(file), match[1] ?? match[2] ?? match[3]));
    if (target.startsWith('..')) continue;
    const room = target.split('/')[0];
    if (room === own) continue;
    const allowed = mayImport[own];
    const where = `src/${relative(root, file)} imports src/${target}`;
    if (allowed !== '*' && !allowed?.includes(room) && !(isTest && room === 'testing')) {
      faults.push(`${where}: "${own}" may import only ${allowed?.join(', ') || 'nothing'}`);
    } else if (target !== `${room}/index.ts` && room !== 'providers') {
      faults.push(`${where}: across rooms only through ${room}/index.ts`);
    }
  }
}
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
