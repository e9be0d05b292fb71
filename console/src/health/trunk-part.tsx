/** The trunk: how it is, and for who may know, where it leads and what its targets said last. */
import type { ComponentChildren } from 'preact';
import type { TrunkHealth } from '../../../src/client/index.ts';
import { printLength } from '../text/measures.ts';
import { trunkMeanings } from './advice.ts';
import { Meter } from './limits.tsx';

const badges: Readonly<Record<TrunkHealth['state'] | 'registered', string>> = {
  up: 'is-live',
  degraded: 'is-bad',
  down: 'is-bad',
  unknown: '',
  none: '',
  registered: 'is-live',
};

interface TrunkPartProps {
  readonly trunk: TrunkHealth;
  /** Sets its headings apart where there are two. */
  readonly id?: string;
}

export function TrunkPart({ trunk, id = 'trunk' }: TrunkPartProps) {
  const { state, targets = [], avoided = [], registrations, calls, maxCalls } = trunk;
  return (
    <section class="chart" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        Trunk <span class={`badge ${badges[state]}`}>{state}</span>
      </h2>
      <p>{trunkMeanings[state]}</p>
      {calls === undefined ? null : (
        <ul class="limits">
          <li>
            <span>Calls on it</span>
            <Meter label="Calls on the trunk" use={{ used: calls, limit: maxCalls ?? null }} />
          </li>
        </ul>
      )}
      {targets.length === 0 ? null : (
        <List title="Targets">
          {targets.map((each) => (
            <Line key={each.target} name={each.target} state={each.state} detail={each.detail} />
          ))}
        </List>
      )}
      {registrations.length === 0 ? null : (
        <List title="Registrations">
          {registrations.map(({ registrar = 'Registration', isRegistered, detail }, index) => (
            <Line
              key={`${registrar}-${index}`}
              name={registrar}
              state={isRegistered ? 'registered' : 'down'}
              detail={detail ?? ''}
            />
          ))}
        </List>
      )}
      {avoided.length === 0 ? null : (
        <List title="Places that failed and go last for a while">
          {avoided.map(({ place, failures, forS }) => (
            <Line
              key={place}
              name={place}
              state="degraded"
              detail={`${failures} ${failures === 1 ? 'failure' : 'failures in a row'}; tried first again in ${printLength(forS * 1000)}.`}
            />
          ))}
        </List>
      )}
    </section>
  );
}

function List({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <>
      <h3>{title}</h3>
      <ul class="health-lines">{children}</ul>
    </>
  );
}

interface LineProps {
  readonly name: string;
  readonly state: keyof typeof badges;
  readonly detail: string;
}

function Line({ name, state, detail }: LineProps) {
  const word = state === 'degraded' ? 'avoided' : state;
  return (
    <li>
      <code>{name}</code> <span class={`badge ${badges[state]}`}>{word}</span> <span class="soft">{detail}</span>
    </li>
  );
}
