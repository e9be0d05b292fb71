/** The calls of the tenant, newest first. */
import { printRoute } from '../router.ts';

export function CallsPage() {
  return (
    <h1>
      <a href={printRoute({ page: 'calls' })}>Calls</a>
    </h1>
  );
}
