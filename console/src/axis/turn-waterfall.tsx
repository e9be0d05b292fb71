/** Below the axis: where the wait of the chosen turn went, part by part, beside what is usual in this call. */
import { selected, select } from '../call/cursor.ts';
import { printLength } from '../text/measures.ts';
import { partTone } from './draw-waterfall.ts';
import { type Medians, partMeaning, type Waterfall } from './waterfall.ts';

interface Parts {
  readonly open: Waterfall | undefined;
  readonly waterfalls: readonly Waterfall[];
  readonly medians: Medians;
}

export function TurnWaterfall({ open, waterfalls, medians }: Parts) {
  if (open === undefined) return <Summary waterfalls={waterfalls} medians={medians} />;
  const total = Math.max(1, open.toMs - open.fromMs);
  return (
    <section class="axis-turn" aria-label={`Turn ${open.turn}`}>
      <header>
        <strong>Turn {open.turn}</strong>
        <span>{headline(open, medians)}</span>
        <Neighbours open={open} waterfalls={waterfalls} />
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">When</th>
            <th scope="col" class="axis-number">
              Took
            </th>
            <th scope="col" class="axis-number axis-usual">
              Usually
            </th>
            <th scope="col" class="axis-number">
              More
            </th>
            <th scope="col" class="axis-meaning">
              What it is
            </th>
          </tr>
        </thead>
        <tbody>
          {open.parts.map(({ name, fromMs, toMs }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="axis-bar">
                <span
                  class={`axis-tone-${partTone[name]}`}
                  style={{
                    left: `${((fromMs - open.fromMs) / total) * 100}%`,
                    width: `${Math.max(0.4, ((toMs - fromMs) / total) * 100)}%`,
                  }}
                />
              </td>
              <td class="axis-number">{Math.round(toMs - fromMs)} ms</td>
              <Usual lengthMs={toMs - fromMs} medianMs={medians.parts.get(name)} />
              <td class="axis-meaning">{partMeaning[name]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function headline({ waitMs, fromMs, toMs }: Waterfall, medians: Medians): string {
  if (waitMs === undefined) return `${printLength(toMs - fromMs)}; nobody waited for an answer to words`;
  const waited = `the callee waited ${printLength(waitMs)}`;
  if (medians.waitMs === undefined) return waited;
  const more = Math.round(waitMs - medians.waitMs);
  if (Math.abs(more) < alikeMs) return `${waited}, the median of this call`;
  return `${waited}, ${printLength(Math.abs(more))} ${more > 0 ? 'more' : 'less'} than the median of this call`;
}

/** Less than this nobody notices. */
const alikeMs = 5;
/** A part that is so much longer than usual, and as many times, is where the time went. */
const notableMs = 100;
const notableTimes = 1.5;

/** The median of this call, of two turns or more, and how much longer this one took. */
function Usual({ lengthMs, medianMs }: { readonly lengthMs: number; readonly medianMs: number | undefined }) {
  if (medianMs === undefined)
    return (
      <>
        <td class="axis-usual" />
        <td />
      </>
    );
  const more = Math.round(lengthMs - medianMs);
  const isNotable = more >= notableMs && lengthMs >= medianMs * notableTimes;
  return (
    <>
      <td class="axis-number axis-usual">{Math.round(medianMs)} ms</td>
      <td class={`axis-number${isNotable ? ' is-notable' : ''}`}>
        {Math.abs(more) < alikeMs ? '' : `${more > 0 ? '+' : '−'}${Math.abs(more)} ms`}
      </td>
    </>
  );
}

function Neighbours({ open, waterfalls }: Pick<Parts, 'waterfalls'> & { readonly open: Waterfall }) {
  const at = waterfalls.indexOf(open);
  const [before, after] = [waterfalls[at - 1], waterfalls[at + 1]];
  return (
    <span class="axis-neighbours">
      <TurnButton to={before} name="Turn before" text="‹" />
      <TurnButton to={after} name="Turn after" text="›" />
      <button type="button" aria-label="Close the turn" onClick={() => (selected.value = undefined)}>
        ×
      </button>
    </span>
  );
}

function TurnButton({
  to,
  name,
  text,
}: {
  readonly to: Waterfall | undefined;
  readonly name: string;
  readonly text: string;
}) {
  return (
    <button type="button" aria-label={name} disabled={to === undefined} onClick={() => openTurn(to)}>
      {text}
    </button>
  );
}

function openTurn(to: Waterfall | undefined): void {
  if (to !== undefined) select({ kind: 'turn', index: to.turn }, to.fromMs);
}

/** Until a turn is chosen: how the waits of the call were. */
function Summary({ waterfalls, medians }: Omit<Parts, 'open'>) {
  const waited = waterfalls.filter(({ waitMs }) => waitMs !== undefined);
  const slowest = waited.reduce<Waterfall | undefined>(
    (most, each) => (most === undefined || (each.waitMs ?? 0) > (most.waitMs ?? 0) ? each : most),
    undefined,
  );
  if (slowest?.waitMs === undefined) return null;
  return (
    <p class="axis-summary">
      The callee waited for {waited.length} {waited.length === 1 ? 'answer' : 'answers'}
      {medians.waitMs === undefined ? '' : `, ${printLength(medians.waitMs)} in the median`}; the longest wait was{' '}
      {printLength(slowest.waitMs)}.{' '}
      <button type="button" onClick={() => openTurn(slowest)}>
        See where turn {slowest.turn} spent it
      </button>
    </p>
  );
}
