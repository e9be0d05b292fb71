/** Runs checks side by side, each within its time. */
import { type Check, type CheckName, type Finding, reasonOf } from './check.ts';

export interface NamedFinding extends Finding {
  readonly name: CheckName;
}

const usualLimitMs = 5000;

/** The findings in the order of the checks. Never rejects: a check that throws or hangs has a bad finding. */
export async function runChecks(checks: readonly Check[]): Promise<readonly NamedFinding[]> {
  return Promise.all(checks.map(async (check) => ({ name: check.name, ...(await runWithin(check)) })));
}

async function runWithin({ run, limitMs = usualLimitMs }: Check): Promise<Finding> {
  const aborting = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve({
        status: 'bad',
        detail: `no outcome within ${limitMs / 1000} s`,
        fix: 'Something hangs: see whether the machine, its disk or the far end is overloaded.',
      });
      aborting.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([run(aborting.signal), late]);
  } catch (fault) {
    return { status: 'bad', detail: reasonOf(fault), fix: 'The check itself failed: please report this.' };
  } finally {
    clearTimeout(timer);
    aborting.abort();
  }
}
