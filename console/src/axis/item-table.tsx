/** Everything on the axis in order of time, as a table. */
import { useSignal } from '@preact/signals';
import { select } from '../call/cursor.ts';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { printLength, printOffset } from '../text/measures.ts';
import type { LaneName, Timeline } from './timeline.ts';

const rowsPerPage = 100;

const laneTitles: Readonly<Record<LaneName, string>> = {
  state: 'State',
  'bot-voice': 'Bot',
  'callee-voice': 'Callee',
  turns: 'Wait',
  bot: 'Bot request',
  sip: 'SIP',
  webhooks: 'Webhook',
  events: 'Event',
  quality: 'Audio quality',
};

export function ItemTable({ timeline }: { readonly timeline: Timeline }) {
  const lane = useSignal<LaneName | ''>('');
  const page = useSignal(0);
  const items = lane.value === '' ? timeline.items : (timeline.byLane.get(lane.value) ?? []);
  const pages = Math.max(1, Math.ceil(items.length / rowsPerPage));
  const at = Math.min(page.value, pages - 1);
  const lanes = Object.entries(laneTitles).filter(([name]) => timeline.byLane.has(name as LaneName));
  return (
    <div class="axis-table">
      <div class="axis-tools">
        <label>
          Show{' '}
          <select
            value={lane.value}
            onChange={({ currentTarget }) => {
              lane.value = currentTarget.value as LaneName | '';
              page.value = 0;
            }}
          >
            <option value="">everything</option>
            {lanes.map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <span aria-live="polite">
          {items.length} {items.length === 1 ? 'row' : 'rows'}
          {pages === 1 ? '' : `, page ${at + 1} of ${pages}`}
        </span>
        {pages === 1 ? null : (
          <>
            <button type="button" disabled={at === 0} onClick={() => (page.value = at - 1)}>
              Earlier
            </button>
            <button type="button" disabled={at === pages - 1} onClick={() => (page.value = at + 1)}>
              Later
            </button>
          </>
        )}
      </div>
      <ScrollFrame name="The call as a table" look="axis-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Length</th>
              <th scope="col">Lane</th>
              <th scope="col">What</th>
              <th scope="col">Details</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(at * rowsPerPage, (at + 1) * rowsPerPage).map((item, index) => (
              <tr key={index}>
                <td class="axis-number">
                  <button type="button" onClick={() => select(item.what, item.fromMs)}>
                    {printOffset(item.fromMs)}
                  </button>
                </td>
                <td class="axis-number">{item.toMs > item.fromMs ? printLength(item.toMs - item.fromMs) : ''}</td>
                <td>{laneTitles[item.lane]}</td>
                <td>{item.title}</td>
                <td>{item.facts.map(([name, value]) => `${name}: ${value}`).join('; ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </div>
  );
}
