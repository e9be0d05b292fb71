/** How well both sides could hear each other, with what is bad first in the reader's eye. */
import type { CallData } from '../call-data.ts';
import { cursorMs } from '../cursor.ts';
import { instantsOf } from '../instants.ts';
import { ScrollFrame } from '../../parts/scroll-frame.tsx';
import { printOffset } from '../../text/measures.ts';
import { above, below, type Judgement, lossLimits, mosLimits } from '../header/key-figures.ts';
import { qualityRows } from './quality-rows.ts';
import './quality.css';

const words = { good: 'good', warn: 'worth a look', bad: 'bad' } as const;
const signs = { good: '✓', warn: '!', bad: '✕' } as const;

export function QualityPanel({ data }: { readonly data: CallData }) {
  const rtp = data.record?.rtpNetworkSummary ?? undefined;
  if (rtp === undefined) {
    return (
      <p class="panel-empty">
        {data.record === undefined
          ? 'The figures are complete when the call is over.'
          : 'No audio was exchanged in this call.'}
      </p>
    );
  }
  const rows = qualityRows(rtp);
  return (
    <div class="quality">
      <ScrollFrame name="RTP" look="table-scroll">
        <table class="quality-table">
          <caption>Worst values of the call</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Value</th>
              <th scope="col">Verdict</th>
              <th scope="col">What it means</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, value, judgement, meaning }) => (
              <tr key={name} class={judgement === undefined ? '' : `is-${judgement}`}>
                <th scope="row">{name}</th>
                <td class="is-number">
                  <bdi>{value}</bdi>
                </td>
                <td>{judgement === undefined ? '' : <Verdict judgement={judgement} />}</td>
                <td class="quality-meaning">{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
      <Samples data={data} />
    </div>
  );
}

function Verdict({ judgement }: { readonly judgement: Judgement }) {
  return (
    <span class={`verdict is-${judgement}`}>
      <span aria-hidden="true">{signs[judgement]} </span>
      {words[judgement]}
    </span>
  );
}

function Samples({ data }: { readonly data: CallData }) {
  const samples = data.record?.rtpNetworkSummary?.quality ?? [];
  if (samples.length === 0) return null;
  const instants = instantsOf(data);
  return (
    <details class="quality-samples">
      <summary>Every 5 seconds ({samples.length})</summary>
      <ScrollFrame name="RTP every 5 seconds" look="table-scroll">
        <table class="quality-table">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Loss</th>
              <th scope="col">Jitter</th>
              <th scope="col">MOS</th>
              <th scope="col">Loss there</th>
              <th scope="col">MOS there</th>
              <th scope="col">Round trip</th>
            </tr>
          </thead>
          <tbody>
            {samples.map((sample) => (
              <tr key={sample.atMs} class={`is-${worst(sample.lossPercent, sample.mos)}`}>
                <th scope="row">
                  <button
                    type="button"
                    class="quality-go"
                    onClick={() => {
                      cursorMs.value = instants.ofRecord(sample.atMs);
                    }}
                  >
                    {printOffset(instants.ofRecord(sample.atMs))}
                  </button>
                </th>
                <td class="is-number">{figure(sample.lossPercent, ' %')}</td>
                <td class="is-number">{figure(sample.jitterMs, ' ms')}</td>
                <td class="is-number">{figure(sample.mos, '', 2)}</td>
                <td class="is-number">{figure(sample.farLossPercent, ' %')}</td>
                <td class="is-number">{figure(sample.farMos, '', 2)}</td>
                <td class="is-number">{figure(sample.roundTripMs, ' ms')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </details>
  );
}

function worst(loss: number | null, mos: number | null): Judgement {
  const all = new Set([above(loss ?? 0, lossLimits), below(mos ?? 5, mosLimits)]);
  return all.has('bad') ? 'bad' : all.has('warn') ? 'warn' : 'good';
}

function figure(value: number | null, unit: string, digits = 1): string {
  return typeof value === 'number' ? `${value.toFixed(digits)}${unit}` : '–';
}
