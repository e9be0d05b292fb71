/** A form that places a call, and the same request as texts to copy. */
import { type Signal, useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { OutdialProblem } from '../../../src/client/index.ts';
import { FaultNotice } from '../frame/notice.tsx';
import { recall, remember } from '../frame/remember.ts';
import { useTitle } from '../frame/title.ts';
import { CodeBlock } from '../parts/code-block.tsx';
import { goTo, printRoute } from '../router.ts';
import { client } from '../session/client.ts';
import { session, tenantId } from '../session/session.ts';
import {
  type CallDraft,
  checkDraft,
  emptyDraft,
  type Field,
  fieldOfRefusal,
  type FieldFaults,
  parseDraft,
  printDraft,
} from './call-draft.ts';
import { ContextFields } from './context-fields.tsx';
import { printClientCode, printCurl } from './request-text.ts';

export function PlacePage() {
  useTitle('Place a call');
  return (
    <>
      <h1>Place a call</h1>
      <div class="place">
        <PlaceForm />
      </div>
    </>
  );
}

function PlaceForm() {
  const key = `call-draft.${tenantId.value ?? ''}`;
  const draft = useSignal<CallDraft>(parseDraft(recall(key)));
  const faults = useSignal<FieldFaults>({});
  const refusal = useSignal<unknown>(undefined);
  const isSending = useSignal(false);
  const change = (changes: Partial<CallDraft>): void => {
    draft.value = { ...draft.value, ...changes };
    remember(key, printDraft(draft.value));
  };

  const form = { draft, change, faults };

  const refuse = (found: FieldFaults): void => {
    faults.value = found;
    // The first field that is wrong; after it is marked as such.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.place [aria-invalid="true"]')?.focus());
  };

  async function send(): Promise<void> {
    const checked = checkDraft(draft.value);
    refusal.value = undefined;
    if ('faults' in checked) {
      refuse(checked.faults);
      return;
    }
    faults.value = {};
    isSending.value = true;
    try {
      const call = await client.value?.createCall({ idempotencyKey: newKey(), body: checked.body });
      if (call !== undefined) goTo(printRoute({ page: 'call', sessionId: call.vgwSessionID }));
    } catch (fault) {
      const field = fault instanceof OutdialProblem ? fieldOfRefusal(fault.code, fault.message) : undefined;
      if (field !== undefined && fault instanceof OutdialProblem)
        refuse({ [field]: `${fault.message} (${fault.code})` });
      else refusal.value = fault;
    } finally {
      isSending.value = false;
    }
  }

  return (
    <>
      <form
        class="form place-form"
        noValidate
        onSubmit={(submit) => {
          submit.preventDefault();
          void send();
        }}
      >
        <TextRow {...form} field="to" label="To" hint="A SIP or tel URI." placeholder="sip:bob@192.0.2.10" isNeeded />
        <TextRow
          {...form}
          field="from"
          label="From"
          hint="The caller, as the callee sees it. Empty: the tenant’s own."
          placeholder="sip:clinic@example.com"
        />
        <ContextFields draft={draft.value} change={change} fault={faults.value.context} />
        <details class="place-more" open={hasMore(draft.value)}>
          <summary>Webhook, recording and more</summary>
          <TextRow
            {...form}
            field="statusWebhook"
            label="Webhook"
            hint="Where call states are posted to. Empty: the tenant’s own."
            placeholder="https://example.com/call-status"
          />
          <div class="place-pair">
            <Row label="Its user name" name="statusWebhookUsername">
              <input
                id="place-statusWebhookUsername"
                class="field"
                type="text"
                autocomplete="off"
                value={draft.value.statusWebhookUsername}
                onInput={({ currentTarget }) => {
                  change({ statusWebhookUsername: currentTarget.value });
                }}
              />
            </Row>
            <Row label="Its password" name="statusWebhookPassword">
              <input
                id="place-statusWebhookPassword"
                class="field"
                type="password"
                autocomplete="off"
                value={draft.value.statusWebhookPassword}
                onInput={({ currentTarget }) => {
                  change({ statusWebhookPassword: currentTarget.value });
                }}
              />
            </Row>
          </div>
          <Row label="Recording" name="recording">
            <select
              id="place-recording"
              class="field"
              value={draft.value.recording}
              onChange={({ currentTarget: { value } }) => {
                change({ recording: (['stereo', 'mono', 'off'] as const).find((each) => each === value) ?? '' });
              }}
            >
              <option value="">As the tenant has it</option>
              <option value="stereo">Stereo: one side left, one right</option>
              <option value="mono">Mono</option>
              <option value="off">Not recorded</option>
            </select>
          </Row>
          <TextRow
            {...form}
            field="route"
            label="Route"
            hint="Route header values, separated by commas."
            placeholder="<sip:proxy.example.net;lr>"
          />
          <Row
            field="tenantConfig"
            label="tenantConfig"
            hint="What this call does differently from its tenant, as JSON."
            faults={faults}
          >
            <textarea
              id="place-tenantConfig"
              class="field is-code"
              rows={4}
              value={draft.value.tenantConfig}
              aria-invalid={faults.value.tenantConfig !== undefined}
              aria-describedby="place-tenantConfig-hint"
              placeholder='{ "config": { "postResponseTimeout": 5000 } }'
              onInput={({ currentTarget }) => {
                change({ tenantConfig: currentTarget.value });
              }}
            />
          </Row>
        </details>
        {session.value?.isOutboundEnabled === false ? (
          <p class="notice is-warn">
            Outbound calls are not enabled for this tenant: it will be refused. <code>ENABLE_OUTBOUND_CALLS=true</code>{' '}
            enables them.
          </p>
        ) : null}
        {refusal.value === undefined ? null : <FaultNotice what="The call was not placed" fault={refusal.value} />}
        <p class="form-actions">
          <button type="submit" class="button is-primary" disabled={isSending.value}>
            {isSending.value ? 'Placing …' : 'Call'}
          </button>
          <button
            type="button"
            class="button is-quiet"
            onClick={() => {
              change(emptyDraft);
              faults.value = {};
              refusal.value = undefined;
            }}
          >
            Empty the form
          </button>
        </p>
      </form>
      <RequestTexts draft={draft} />
    </>
  );
}

/** Something of the part that is folded is filled in. */
function hasMore({ statusWebhook, route, tenantConfig, recording }: CallDraft): boolean {
  return [statusWebhook, route, tenantConfig, recording].some((text) => text !== '');
}

/** `crypto.randomUUID` is only there on HTTPS and localhost. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface RowProps {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly hint?: string;
  /** Either a field that can be refused, or the name of another. */
  readonly field?: Field;
  readonly name?: string;
  readonly faults?: Signal<FieldFaults>;
}

function Row({ label, children, hint, field, name = field ?? '', faults }: RowProps) {
  const fault = field === undefined ? undefined : faults?.value[field];
  return (
    <div class="form-row">
      <label for={`place-${name}`}>{label}</label>
      {children}
      {fault === undefined && hint === undefined ? null : (
        <span id={`place-${name}-hint`} class={fault === undefined ? 'form-hint' : 'form-fault'}>
          {fault === undefined ? hint : <span role="alert">{fault}</span>}
        </span>
      )}
    </div>
  );
}

interface TextRowProps {
  readonly field: 'to' | 'from' | 'statusWebhook' | 'route';
  readonly label: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly isNeeded?: boolean;
  readonly draft: Signal<CallDraft>;
  readonly change: (changes: Partial<CallDraft>) => void;
  readonly faults: Signal<FieldFaults>;
}

function TextRow({ field, label, hint, placeholder, isNeeded = false, draft, change, faults }: TextRowProps) {
  return (
    <Row field={field} label={label} hint={hint} faults={faults}>
      <input
        id={`place-${field}`}
        class="field is-code"
        value={draft.value[field]}
        placeholder={placeholder}
        required={isNeeded}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-invalid={faults.value[field] !== undefined}
        aria-describedby={`place-${field}-hint`}
        onInput={({ currentTarget }) => {
          change({ [field]: currentTarget.value });
        }}
      />
    </Row>
  );
}

function RequestTexts({ draft }: { readonly draft: Signal<CallDraft> }) {
  const request = useComputed(() => {
    const checked = checkDraft(draft.value);
    return {
      origin: location.origin,
      tenantId: tenantId.value ?? '',
      username: session.value?.username,
      body: 'body' in checked ? checked.body : { to: draft.value.to.trim() || 'sip:bob@192.0.2.10' },
    };
  });
  return (
    <section class="place-same" aria-labelledby="place-same-title">
      <h2 id="place-same-title">The same from a program</h2>
      <CodeBlock title="curl" text={printCurl(request.value)} />
      <CodeBlock title="TypeScript" text={printClientCode(request.value)} />
    </section>
  );
}
