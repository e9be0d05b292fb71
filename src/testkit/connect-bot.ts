/** The bot of a test: behind a URL, in a dialog file, or a function; connected to exactly as the gateway does it. */
import { fileURLToPath } from 'node:url';
import { botOf, createDestinations, loadTenants, printProblem } from '../app/index.ts';
import { readSettings, type Settings } from '../config/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { noAuthorization } from '../authorization/index.ts';
import { err, type HttpPost, type JsonObject, ok } from '../kit/index.ts';
import { createJsonWebhook, jsonWebhookOptions } from '../providers/json-webhook/index.ts';
import type { Tenant } from '../tenants/index.ts';

/** A turn as a webhook in plain JSON gets it (docs/bot.md). */
export interface BotTurn {
  readonly sessionId: string;
  readonly tenantId: string;
  /** `start`, `speech`, `digits`, `silence`, `end` ... */
  readonly event: string;
  readonly text: string;
  readonly bargeIn: boolean;
  readonly context: JsonObject;
  readonly spoken?: string;
}

/** What it answers; everything may be left out, and a text alone is something to say. */
export type BotAnswer =
  | string
  | {
      readonly say?: string | readonly string[];
      readonly hangup?: boolean;
      /** Laid over the context there was; null takes a member away. */
      readonly context?: JsonObject;
      readonly actions?: readonly { readonly command: string; readonly parameters?: JsonObject }[];
      readonly expect?: readonly string[];
    };

export type BotFunction = (turn: BotTurn) => BotAnswer | undefined | Promise<BotAnswer | undefined>;

export interface BotOptions {
  /** An `http:` or `https:` URL, the path or `file:` URL of a dialog file, or a function that answers turns. */
  readonly bot: string | URL | BotFunction;
  /** What the URL speaks, as in OUTDIAL_BOT_TYPE; `watson` (the message API) unless told otherwise. */
  readonly type?: 'watson' | 'openai' | 'webhook';
  /** Variables of docs/configuration.md, such as `{ POST_RESPONSE_TIMEOUT: '3000' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface ConnectedBot {
  readonly settings: Settings;
  readonly tenant: Tenant;
  /** The bot of a tenant for one call. */
  of(tenant: Tenant): ConversationService;
  /** What the function threw, first to last. */
  readonly thrown: readonly unknown[];
  close(): Promise<void>;
}

/** Throws when a setting or the dialog file is wrong, with every problem. */
export function connectBot(options: BotOptions): ConnectedBot {
  const environment = environmentOf(options);
  const read = readSettings(environment);
  if (!read.ok) {
    throw new Error(read.error.map(({ variable, reason, fix }) => `${variable}: ${reason} ${fix}`).join('\n'));
  }
  const { settings } = read.value;
  const loaded = loadTenants({ settings, environment, brokenEntries: 'refuse' });
  if (!loaded.ok) throw new Error(loaded.error.map(printProblem).join('\n'));
  const { directory, dialogs } = loaded.value;
  const destinations = createDestinations(settings);
  const thrown: unknown[] = [];
  const { bot } = options;
  const own = typeof bot === 'function' ? serveFunction(bot, thrown) : undefined;
  return {
    settings,
    tenant: directory.deployment,
    of: (tenant) => own ?? botOf(tenant, dialogs, destinations),
    thrown,
    close: () => destinations.close(),
  };
}

function environmentOf({ bot, type, settings }: BotOptions): Record<string, string> {
  const place = typeof bot === 'function' ? {} : isWebUrl(bot) ? { WATSON_CONVERSATION_URL: String(bot) } : fileOf(bot);
  return {
    ENABLE_OUTBOUND_CALLS: 'true',
    ...place,
    ...(type === undefined ? {} : { OUTDIAL_BOT_TYPE: type }),
    ...settings,
  };
}

function isWebUrl(bot: string | URL): boolean {
  return /^https?:/i.test(String(bot));
}

function fileOf(bot: string | URL): Record<string, string> {
  const isFileUrl = /^file:/i.test(String(bot));
  return { OUTDIAL_DIALOG_FILE: isFileUrl ? fileURLToPath(bot) : String(bot) };
}

/** The function as a webhook that needs no server; what it throws is kept for the test to fail with. */
function serveFunction(bot: BotFunction, thrown: unknown[]): ConversationService {
  const post: HttpPost = async ({ body }) => {
    const turn: BotTurn = JSON.parse(body);
    try {
      const answer = await bot(turn);
      return ok({ status: 200, bodyText: JSON.stringify(answer ?? {}) });
    } catch (fault) {
      thrown.push(fault);
      return err({ kind: 'broken', detail: 'the function of the test threw' });
    }
  };
  return createJsonWebhook(jsonWebhookOptions.parse({ url: 'http://bot.invalid/' }), post, noAuthorization);
}
