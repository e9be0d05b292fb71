/** What is typed into the form for a call: how it is kept, checked, and made into a request. */
import type { CreateCallInput } from '../../../src/client/index.ts';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

export interface CallDraft {
  readonly to: string;
  readonly from: string;
  /** Variables as rows, or the same as JSON. */
  readonly contextKind: 'rows' | 'json';
  readonly contextRows: readonly Pair[];
  readonly contextJson: string;
  readonly statusWebhook: string;
  readonly statusWebhookUsername: string;
  readonly statusWebhookPassword: string;
  readonly route: string;
  readonly tenantConfig: string;
  /** The tenant's own way, or this call's. */
  readonly recording: '' | 'stereo' | 'mono' | 'off';
}

export const emptyDraft: CallDraft = {
  to: '',
  from: '',
  contextKind: 'rows',
  contextRows: [{ name: '', value: '' }],
  contextJson: '{}',
  statusWebhook: '',
  statusWebhookUsername: '',
  statusWebhookPassword: '',
  route: '',
  tenantConfig: '',
  recording: '',
};

export type Field = 'to' | 'from' | 'context' | 'statusWebhook' | 'route' | 'tenantConfig';
export type FieldFaults = Readonly<Partial<Record<Field, string>>>;

type Body = CreateCallInput['body'];
type JsonObject = Readonly<Record<string, unknown>>;

export type Checked = { readonly body: Body } | { readonly faults: FieldFaults };

/** What would be refused for certain; the gateway knows the rest. */
export function checkDraft(draft: CallDraft): Checked {
  const faults: Partial<Record<Field, string>> = {};
  const to = draft.to.trim();
  const from = draft.from.trim();
  const webhook = draft.statusWebhook.trim();
  if (to === '') faults.to = 'Whom to call: a SIP or tel URI, such as sip:bob@192.0.2.10 or tel:+15551234567.';
  else if (!isUri(to)) faults.to = notUri;
  if (from !== '' && !isUri(from)) faults.from = notUri;
  const context = readContext(draft);
  if (typeof context === 'string') faults.context = context;
  if (webhook !== '' && !/^https?:\/\/\S+$/.test(webhook)) faults.statusWebhook = 'An http:// or https:// URL.';
  const tenantConfig = readTenantConfig(draft);
  if (typeof tenantConfig === 'string') faults.tenantConfig = tenantConfig;
  if (typeof context === 'string' || typeof tenantConfig === 'string' || Object.keys(faults).length > 0) {
    return { faults };
  }
  const optional = (name: keyof Body, value: string) => (value === '' ? {} : { [name]: value });
  return {
    body: {
      to,
      ...optional('from', from),
      ...(context === undefined ? {} : { context }),
      ...optional('statusWebhook', webhook),
      ...optional('statusWebhookUsername', draft.statusWebhookUsername),
      ...optional('statusWebhookPassword', draft.statusWebhookPassword),
      ...optional('route', draft.route.trim()),
      ...(tenantConfig === undefined ? {} : { tenantConfig }),
    },
  };
}

const notUri = 'This is no SIP or tel URI: it begins with sip:, sips: or tel:, such as tel:+15551234567.';

function isUri(text: string): boolean {
  return /^(?:sips?|tel):\S+$/i.test(text);
}

function readContext(draft: CallDraft): JsonObject | undefined | string {
  if (draft.contextKind === 'json') return readObject(draft.contextJson, 'The context');
  const rows = draft.contextRows.filter(({ name, value }) => name.trim() !== '' || value !== '');
  const names = rows.map(({ name }) => name.trim());
  if (names.includes('')) return 'A value has no name.';
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `${twice} is there twice.`;
  if (rows.length === 0) return undefined;
  return Object.fromEntries(rows.map(({ name, value }) => [name.trim(), value]));
}

function readTenantConfig({ tenantConfig, recording }: CallDraft): JsonObject | undefined | string {
  const read = readObject(tenantConfig, 'The configuration');
  if (typeof read === 'string' || recording === '') return read;
  const config = read?.['config'];
  const own = isObject(config) ? config : {};
  const outdial = isObject(own['outdial']) ? own['outdial'] : {};
  return { ...read, config: { ...own, outdial: { ...outdial, recording } } };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readObject(text: string, what: string): JsonObject | undefined | string {
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return `${what} is to be a JSON object: {…}.`;
    return Object.keys(value).length === 0 ? undefined : { ...value };
  } catch (fault) {
    return `${what} is no JSON: ${fault instanceof Error ? fault.message : String(fault)}.`;
  }
}

/** The field that a refusal of the gateway is about, as far as its words tell. */
export function fieldOfRefusal(code: string, message: string): Field | undefined {
  const named = /^(?:The )?(to|from|context|statusWebhook|route|tenantConfig)(?:Username|Password)?\b/.exec(
    message,
  )?.[1];
  const known = fields.find((field) => field === named);
  if (known !== undefined) return known;
  return ofDestination.has(code) ? 'to' : undefined;
}

const fields: readonly Field[] = ['to', 'from', 'context', 'statusWebhook', 'route', 'tenantConfig'];
const ofDestination: ReadonlySet<string> = new Set(['request.no-trunk', 'guard.prefix', 'guard.sip-destination']);

/** What the browser keeps for the next time: never a password. */
export function printDraft(draft: CallDraft): string {
  return JSON.stringify({ ...draft, statusWebhookPassword: '' });
}

/** What was kept by this or an earlier version of the console. */
export function parseDraft(text: string | null): CallDraft {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    if (typeof kept !== 'object' || kept === null) return emptyDraft;
    const texts = Object.entries(kept).filter(
      ([name, value]) => typeof value === 'string' && typeof emptyDraft[name as keyof CallDraft] === 'string',
    );
    const rows: unknown = 'contextRows' in kept ? kept.contextRows : [];
    const contextRows = Array.isArray(rows) ? rows.filter(isPair) : [];
    return {
      ...emptyDraft,
      ...Object.fromEntries(texts),
      statusWebhookPassword: '',
      contextRows: contextRows.length === 0 ? emptyDraft.contextRows : contextRows,
    };
  } catch {
    return emptyDraft;
  }
}

function isPair(value: unknown): value is Pair {
  if (typeof value !== 'object' || value === null) return false;
  return 'name' in value && 'value' in value && typeof value.name === 'string' && typeof value.value === 'string';
}
