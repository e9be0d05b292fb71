/** The filters of the list: what is chosen stands in the address of the page. */
import { useEffect, useRef } from 'preact/hooks';
import { changeQuery, query } from '../router.ts';
import { filterNames, isFiltered, periods, stateGroups } from './call-filter.ts';
import { textOf } from '../frame/form-text.ts';
import { isTyping } from './calls-table.tsx';

/** A change of the filter begins at the first page. */
const change = (changes: Readonly<Record<string, string | undefined>>): void => {
  changeQuery({ ...changes, cursor: undefined });
};

export function FilterBar() {
  const party = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      party.current?.focus();
      party.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  const value = (name: string): string => query.value.get(name) ?? '';
  return (
    <search class="calls-filter">
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          change({ party: party.current?.value.trim(), endCode: endCodeOf(submit.currentTarget) });
        }}
      >
        <label>
          <span>
            Number or URI <kbd>/</kbd>
          </span>
          <input
            ref={party}
            class="field"
            type="search"
            name="party"
            maxLength={200}
            key={value('party')}
            defaultValue={value('party')}
            onChange={({ currentTarget }) => {
              change({ party: currentTarget.value.trim() });
            }}
          />
        </label>
        <Choice label="State" name="state" options={stateGroups} />
        <Choice label="When" name="period" options={periods} />
        {value('period') === 'own' ? (
          <>
            <Instant label="From" name="from" />
            <Instant label="Until" name="until" />
          </>
        ) : null}
        <label>
          <span>End code</span>
          <input
            class="field"
            name="endCode"
            list="calls-end-codes"
            maxLength={100}
            key={value('endCode')}
            defaultValue={value('endCode')}
            onChange={({ currentTarget }) => {
              change({ endCode: currentTarget.value.trim() });
            }}
          />
        </label>
        <datalist id="calls-end-codes">
          {usualEndCodes.map((code) => (
            <option key={code} value={code} />
          ))}
        </datalist>
        {isFiltered(query.value) ? (
          <button
            type="button"
            class="button is-quiet"
            onClick={() => {
              change(Object.fromEntries(filterNames.map((name) => [name, undefined])));
            }}
          >
            Show all
          </button>
        ) : null}
      </form>
    </search>
  );
}

/** Those that one looks for most; any other can be typed. */
const usualEndCodes = [
  'completed.bot',
  'completed.callee',
  'completed.caller',
  'completed.transfer',
  'completed.no-input',
  'completed.api',
  'call.busy',
  'call.not-answered',
  'call.cancelled',
] as const;

function endCodeOf(form: HTMLFormElement): string {
  return textOf(new FormData(form), 'endCode').trim();
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

function Choice({ label, name, options }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select
        class="field"
        value={query.value.get(name) ?? ''}
        onChange={({ currentTarget }) => {
          change({ [name]: currentTarget.value });
        }}
      >
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Instant({ label, name }: Omit<ChoiceProps, 'options'>) {
  return (
    <label>
      <span>{label}</span>
      <input
        class="field"
        type="datetime-local"
        value={query.value.get(name) ?? ''}
        onChange={({ currentTarget }) => {
          change({ [name]: currentTarget.value });
        }}
      />
    </label>
  );
}
