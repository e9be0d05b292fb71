/** The card of what pointer or keyboard is at: exact values. */
import { printOffset } from '../text/measures.ts';
import type { AxisState } from './axis-state.ts';
import { markMs } from './crowd.ts';

const cardPx = 300;

export function ItemCard({ state, rulerPx }: { readonly state: AxisState; readonly rulerPx: number }) {
  const item = state.active.value;
  if (item === undefined) return null;
  const box = state.lanes.value.boxes.find(({ name }) => name === item.lane);
  if (box === undefined) return null;
  const width = state.width.value;
  const x = Math.max(0, Math.min(width, state.xOf(markMs(item))));
  const left = Math.max(0, Math.min(x + 10, width - cardPx));
  const lane = rulerPx + box.top;
  // Below its lane, unless that is in the lower half: the card must not leave the page.
  const isAbove = lane > (rulerPx + state.lanes.value.height) * 0.55;
  const place = isAbove ? { bottom: `calc(100% - ${lane - 6}px)` } : { top: `${lane + box.height + 6}px` };
  const isStretch = item.toMs > item.fromMs;
  return (
    <div
      class="axis-card"
      style={{ left: `${left}px`, maxWidth: `${Math.min(cardPx, width)}px`, ...place }}
      aria-hidden="true"
    >
      <strong>{item.title}</strong>
      <dl>
        <dt>at</dt>
        <dd>
          {printOffset(item.fromMs)}
          {isStretch ? ` to ${printOffset(item.toMs)}` : ''}
        </dd>
        {item.facts.map(([name, value], index) => (
          <>
            <dt key={`${index}-name`}>{name}</dt>
            <dd key={`${index}-value`}>{value}</dd>
          </>
        ))}
      </dl>
    </div>
  );
}
