/** The variables that the bot begins with: as rows of name and value, or as JSON for what is more than text. */
import type { CallDraft, Pair } from './call-draft.ts';

interface ContextFieldsProps {
  readonly draft: CallDraft;
  readonly change: (changes: Partial<CallDraft>) => void;
  readonly fault: string | undefined;
}

export function ContextFields({ draft, change, fault }: ContextFieldsProps) {
  const isJson = draft.contextKind === 'json';
  return (
    <fieldset class="form-group" aria-describedby="place-context-hint">
      <legend>Context</legend>
      <p class="place-kinds">
        <Kind value="rows" label="Name and value" draft={draft} change={change} />
        <Kind value="json" label="JSON" draft={draft} change={change} />
      </p>
      {isJson ? (
        <textarea
          class="field is-code"
          aria-label="Context as JSON"
          rows={5}
          value={draft.contextJson}
          spellcheck={false}
          aria-invalid={fault !== undefined}
          onInput={({ currentTarget }) => {
            change({ contextJson: currentTarget.value });
          }}
        />
      ) : (
        <Rows
          rows={draft.contextRows}
          isWrong={fault !== undefined}
          onRows={(contextRows) => change({ contextRows })}
        />
      )}
      <span id="place-context-hint" class={fault === undefined ? 'form-hint' : 'form-fault'}>
        {fault === undefined ? 'Variables for the first turn of the bot.' : <span role="alert">{fault}</span>}
      </span>
    </fieldset>
  );
}

interface KindProps extends Omit<ContextFieldsProps, 'fault'> {
  readonly value: CallDraft['contextKind'];
  readonly label: string;
}

function Kind({ value, label, draft, change }: KindProps) {
  return (
    <label>
      <input
        type="radio"
        name="contextKind"
        checked={draft.contextKind === value}
        onChange={() => {
          change({ contextKind: value, ...(value === 'json' ? { contextJson: asJson(draft) } : {}) });
        }}
      />{' '}
      {label}
    </label>
  );
}

/** What the rows hold, unless something was written as JSON before. */
function asJson({ contextRows, contextJson }: CallDraft): string {
  const named = contextRows.filter(({ name }) => name.trim() !== '');
  if (named.length === 0 || !/^\s*(?:\{\s*\})?\s*$/.test(contextJson)) return contextJson;
  return JSON.stringify(Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])), null, 2);
}

interface RowsProps {
  readonly rows: readonly Pair[];
  readonly isWrong: boolean;
  readonly onRows: (rows: readonly Pair[]) => void;
}

function Rows({ rows, isWrong, onRows }: RowsProps) {
  const put = (index: number, changes: Partial<Pair>): void => {
    onRows(rows.map((row, at) => (at === index ? { ...row, ...changes } : row)));
  };
  return (
    <div class="place-rows">
      {rows.map((row, index) => (
        <div class="place-row" key={index}>
          <input
            class="field is-code"
            aria-label={`Name of variable ${index + 1}`}
            placeholder="name"
            value={row.name}
            aria-invalid={isWrong}
            onInput={({ currentTarget }) => {
              put(index, { name: currentTarget.value });
            }}
          />
          <input
            class="field"
            aria-label={`Value of variable ${index + 1}`}
            placeholder="value"
            value={row.value}
            onInput={({ currentTarget }) => {
              put(index, { value: currentTarget.value });
            }}
          />
          <button
            type="button"
            class="button is-quiet"
            aria-label={`Remove variable ${index + 1}`}
            disabled={rows.length === 1}
            onClick={() => {
              onRows(rows.filter((_, at) => at !== index));
            }}
          >
            ✕
          </button>
        </div>
      ))}
      <p>
        <button
          type="button"
          class="button is-quiet"
          onClick={() => {
            onRows([...rows, { name: '', value: '' }]);
          }}
        >
          + Variable
        </button>
      </p>
    </div>
  );
}
