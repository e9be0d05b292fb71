/** The bar at the top of every page: where one can go, whose calls these are, and whether what is shown is live. */
import { useSignal } from '@preact/signals';
import { connection, type Connection } from '../live/tenant-stream.ts';
import { printRoute, type Route, route } from '../router.ts';
import { chooseTenant, logOut, session, tenantId } from '../session/session.ts';
import { textOf } from './form-text.ts';
import { theme, themes } from './theme.ts';

const places: readonly { readonly to: Route; readonly name: string; readonly holds: readonly Route['page'][] }[] = [
  { to: { page: 'calls' }, name: 'Calls', holds: ['calls', 'call'] },
  { to: { page: 'new-call' }, name: 'Place a call', holds: ['new-call'] },
  { to: { page: 'statistics' }, name: 'Statistics', holds: ['statistics'] },
  { to: { page: 'health' }, name: 'Health', holds: ['health'] },
];

export function Header() {
  const { page } = route.value;
  return (
    <header class="top">
      <a class="top-name" href={printRoute({ page: 'calls' })}>
        <Mark />
        outdial
      </a>
      <nav class="top-places" aria-label="Pages">
        <ul>
          {places.map(({ to, name, holds }) => (
            <li key={name}>
              <a href={printRoute(to)} aria-current={holds.includes(page) ? 'page' : undefined}>
                {name}
              </a>
            </li>
          ))}
          <li>
            <a href="/docs">API docs</a>
          </li>
        </ul>
      </nav>
      <div class="top-side">
        <ConnectionState />
        <Tenant />
        <ThemeSwitch />
        {session.value?.tenantID === undefined && session.value?.isOperator !== true ? null : (
          <button type="button" class="button is-quiet" onClick={() => void logOut()}>
            Log out
          </button>
        )}
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg class="top-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 15c0 3 2 5 5 5" />
      <path d="M4 9.5C4 6.5 6.5 4 9.5 4" />
      <circle cx="10" cy="12" r="2.5" />
      <path d="M13 12h7m-3-3 3 3-3 3" />
    </svg>
  );
}

const connectionWords: Readonly<Record<Connection, { readonly word: string; readonly means: string }>> = {
  off: { word: 'Paused', means: 'Nobody looks at this page: nothing is followed.' },
  connecting: { word: 'Connecting', means: 'The stream of events is being opened.' },
  live: { word: 'Live', means: 'What happens in calls is shown as it happens.' },
  lost: { word: 'Not live', means: 'The stream of events broke off. It is opened again by itself.' },
};

function ConnectionState() {
  if (tenantId.value === undefined) return null;
  const { word, means } = connectionWords[connection.value];
  return (
    <span class={`top-live is-${connection.value}`} role="status" title={means}>
      <span class="top-dot" aria-hidden="true" />
      <span class="top-word">{word}</span>
    </span>
  );
}

/** A gateway without a tenant file knows its one tenant by every name, and lists the calls of each name by itself. */
function Tenant() {
  const isOpen = useSignal(false);
  const tenant = tenantId.value;
  if (tenant === undefined) return null;
  if (session.value?.isMultiTenant !== false) {
    return (
      <span class="top-tenant" title="The tenant whose calls are shown">
        {tenant}
      </span>
    );
  }
  if (!isOpen.value) {
    return (
      <button
        type="button"
        class="button is-quiet top-tenant"
        title="The tenant whose calls are shown: the name in the path of the requests"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <span class="unseen">Tenant: </span>
        {tenant}
      </button>
    );
  }
  return (
    <form
      class="top-rename"
      onSubmit={(submit) => {
        submit.preventDefault();
        const name = textOf(new FormData(submit.currentTarget), 'tenant').trim();
        if (name !== '') chooseTenant(name);
        isOpen.value = false;
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') isOpen.value = false;
      }}
    >
      <label class="unseen" for="top-tenant-name">
        Tenant: the name in the path of the requests
      </label>
      <input
        id="top-tenant-name"
        name="tenant"
        class="field"
        defaultValue={tenant}
        maxLength={512}
        ref={(field) => {
          if (field !== null && document.activeElement !== field) field.focus();
        }}
      />
      <button type="submit" class="button">
        Show
      </button>
    </form>
  );
}

function ThemeSwitch() {
  return (
    <label class="top-theme">
      <span class="unseen">Colours</span>
      <select
        class="field"
        value={theme.value}
        onChange={({ currentTarget }) => {
          const chosen = themes.find((each) => each === currentTarget.value);
          if (chosen !== undefined) theme.value = chosen;
        }}
      >
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
