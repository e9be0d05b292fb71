/** A fetch that gives up when no answer begins in time. What has begun may go on: events are followed for hours. */
export function patientFetch(send: typeof fetch, patienceMs: number): typeof fetch {
  return async (input, init) => {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(new Error(`no answer within ${patienceMs / 1000} s`));
    }, patienceMs);
    const { signal: given } = init ?? {};
    const signal = given === undefined || given === null ? late.signal : AbortSignal.any([given, late.signal]);
    try {
      return await send(input, { ...init, signal });
    } finally {
      clearTimeout(timer);
    }
  };
}
