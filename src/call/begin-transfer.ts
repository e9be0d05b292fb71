/** The beginning of a transfer: what exactly is asked for, and the question whether it is allowed (specification §9.6). */
import type { NamedHeader, TransferOrder } from '../conversation/index.ts';
import { checkExtraHeader, userToUserValue } from '../sip/index.ts';
import { type CallOutcome, andThen, observe, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import type { ResolvedTransfer, TransferReport } from './transfer-report.ts';

const usualTargetHeader = 'Transfer-Target';

/** The failure path leads here when there is a target; the state's `failure` says so. `by`: who wants it otherwise. */
export function beginTransfer(
  state: CallState,
  order: TransferOrder,
  by: Exclude<TransferReport['cause'], 'failure'>,
  nowMs: number,
): CallOutcome {
  const { resolved, problems } = resolve(state, order);
  const transfer: TransferReport = {
    cause: state.failure === undefined ? by : 'failure',
    order: resolved,
    stage: 'judging',
    attempt: (state.transfer?.attempt ?? 0) + 1,
    startedAtMs: nowMs,
    isHeld: state.transfer?.isHeld ?? false,
    isAccepted: false,
  };
  let outcome: CallOutcome = [{ ...state, transfer }];
  for (const problem of problems) outcome = andThen(outcome, (next) => warn(next, problem, nowMs));
  const { method, target } = resolved;
  return andThen(outcome, (next) => [
    next,
    observe({ type: 'transfer.started', method, cause: transfer.cause, atMs: nowMs }),
    { type: 'judge-transfer', target, ...(resolved.isAttended === true ? { isCalledByUs: true as const } : {}) },
  ]);
}

/** The order of the failure path; undefined when there is nowhere to transfer to. */
export function failureTransfer({ plan, variables }: CallState): TransferOrder | undefined {
  const target = variables.transferTarget ?? plan.transfer.defaultTarget;
  return target === undefined ? undefined : { method: 'refer', target, acceptedCodes: [] };
}

function resolve(
  { variables }: CallState,
  order: TransferOrder,
): { readonly resolved: ResolvedTransfer; readonly problems: readonly string[] } {
  const target = order.target ?? variables.transferTarget;
  const fallback = variables.transferHeader === undefined ? [] : [variables.transferHeader];
  const { headers, problems } = checkedHeaders(order.headers ?? fallback);
  const targetHeader = order.targetHeader ?? variables.transferTargetHeader ?? usualTargetHeader;
  const { userToUser: given, ...rest } = order;
  const userToUser = given === undefined ? undefined : userToUserValue(given.value);
  return {
    resolved: {
      ...rest,
      ...(target === undefined ? {} : { target }),
      ...(given === undefined || userToUser?.ok !== true
        ? {}
        : { userToUser: { place: given.place, value: userToUser.value } }),
      headers,
      targetHeader,
    },
    problems: userToUser?.ok === false ? [...problems, userToUser.error] : problems,
  };
}

/** What SIP would not send is left out here, where it can be said. */
export function checkedHeaders(headers: readonly NamedHeader[]): {
  readonly headers: readonly NamedHeader[];
  readonly problems: readonly string[];
} {
  const checked = headers.map((header) => checkExtraHeader(header));
  return {
    headers: checked.flatMap((each) => (each.ok ? [each.value] : [])),
    problems: checked.flatMap((each) => (each.ok ? [] : [each.error])),
  };
}
