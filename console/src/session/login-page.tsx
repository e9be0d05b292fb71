/** Asks who one is. It stands in the place of the page one wanted, which comes as soon as the login is good. */
import { useSignal } from '@preact/signals';
import { textOf } from '../frame/form-text.ts';
import { FaultNotice } from '../frame/notice.tsx';
import { useTitle } from '../frame/title.ts';
import { isSessionLost, lastTenant, logIn, session } from './session.ts';

export function LoginPage() {
  useTitle('Log in');
  const { isMultiTenant = false } = session.value ?? {};
  return (
    <section class="login" aria-labelledby="login-title">
      <h1 id="login-title">Log in</h1>
      <p class="soft">
        {isSessionLost.value
          ? 'Your login has ended: it was older than 12 hours, or the credentials were changed. Log in again to go on where you were.'
          : isMultiTenant
            ? 'With the credentials of your tenant’s REST API.'
            : 'With the credentials of the REST API: REST_API_USERNAME and REST_API_PASSWORD of the gateway.'}
      </p>
      <LoginForm
        label="Log in"
        tenantHint={
          isMultiTenant
            ? 'The tenantURI of the tenant file, exactly as it stands there.'
            : 'The name in the path of your requests. Any name will do; the calls of each are listed by themselves.'
        }
        send={({ tenantID, username, password }) => logIn({ tenantID, username, password })}
      />
    </section>
  );
}

interface Typed {
  readonly tenantID: string;
  readonly username: string;
  readonly password: string;
}

interface LoginFormProps {
  readonly label: string;
  /** Without it no tenant is asked for. */
  readonly tenantHint?: string;
  readonly send: (typed: Typed) => Promise<void>;
}

function LoginForm({ label, tenantHint, send }: LoginFormProps) {
  const fault = useSignal<unknown>(undefined);
  const isSending = useSignal(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const typed = new FormData(form);
    const text = (name: string): string => textOf(typed, name);
    isSending.value = true;
    try {
      await send({ tenantID: text('tenant').trim(), username: text('username'), password: text('password') });
      fault.value = undefined;
    } catch (thrown) {
      fault.value = thrown;
    } finally {
      isSending.value = false;
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {tenantHint === undefined ? null : (
        <p class="form-row">
          <label for="login-tenant">Tenant</label>
          <input
            id="login-tenant"
            name="tenant"
            class="field"
            required
            maxLength={512}
            defaultValue={lastTenant()}
            autocomplete="organization"
            aria-describedby="login-tenant-hint"
          />
          <span id="login-tenant-hint" class="form-hint">
            {tenantHint}
          </span>
        </p>
      )}
      <p class="form-row">
        <label for="login-username">User name</label>
        <input id="login-username" name="username" class="field" maxLength={512} autocomplete="username" />
      </p>
      <p class="form-row">
        <label for="login-password">Password</label>
        <input
          id="login-password"
          name="password"
          type="password"
          class="field"
          maxLength={512}
          autocomplete="current-password"
        />
      </p>
      {fault.value === undefined ? null : <FaultNotice what="You are not logged in" fault={fault.value} />}
      <button type="submit" class="button is-primary" disabled={isSending.value}>
        {isSending.value ? 'Asking the gateway …' : label}
      </button>
    </form>
  );
}

/** In the place of what only the operator may see; for gateways that have an operator's login. */
export function OperatorLogin() {
  return (
    <section class="login" aria-labelledby="operator-title">
      <h2 id="operator-title">Log in as the operator</h2>
      <LoginForm
        label="Log in as the operator"
        send={({ username, password }) => logIn({ operator: true, username, password })}
      />
    </section>
  );
}
