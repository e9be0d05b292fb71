/** Limits as meters: what is used, of how much. */
import type { LimitUse, TenantLimits } from '../../../src/client/index.ts';

const names: readonly (readonly [keyof TenantLimits, string])[] = [
  ['callsAtATime', 'Calls at a time'],
  ['callsPerSecond', 'Calls a second'],
  ['minutesPerDay', 'Minutes today (UTC)'],
];

/** `of`: whose they are, for who cannot see where they stand. */
export function Limits({ of, limits }: { readonly of: string; readonly limits: TenantLimits }) {
  return (
    <ul class="limits">
      {names.map(([key, name]) => (
        <li key={key} data-limit={key}>
          <span>{name}</span>
          <Meter label={`${name}, ${of}`} use={limits[key]} />
        </li>
      ))}
    </ul>
  );
}

export function Meter({ label, use: { used, limit } }: { readonly label: string; readonly use: LimitUse }) {
  if (limit === null) return <span class="number soft">{used} used, no limit</span>;
  return (
    <span class="limits-use">
      <meter aria-label={label} min={0} max={limit} high={limit * 0.8} optimum={0} value={Math.min(used, limit)} />
      <span class="number">
        {used} of {limit}
      </span>
    </span>
  );
}
