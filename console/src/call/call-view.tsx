/** Everything about one call, from its data alone: the same in the console and in a file that was shared. */
import type { CallActions } from './call-actions.ts';
import type { CallData } from './call-data.ts';
import type { ComponentChildren } from 'preact';
import { TimeAxis } from '../axis/time-axis.tsx';
import { Boundary } from '../frame/boundary.tsx';
import '../parts/parts.css';
import { CallPanels } from './call-panels.tsx';
import { CallHeader } from './header/call-header.tsx';

export interface CallViewProps {
  readonly data: CallData;
  /** What can be done about the call; nothing in a file. */
  readonly actions?: CallActions;
  /** What steers a call that runs. */
  readonly controls?: ComponentChildren;
}

export function CallView({ data, actions, controls }: CallViewProps) {
  return (
    <article class="call">
      <CallHeader data={data} actions={actions} />
      {controls}
      <Boundary part="the time axis">
        <TimeAxis data={data} />
      </Boundary>
      <CallPanels data={data} actions={actions} />
    </article>
  );
}
