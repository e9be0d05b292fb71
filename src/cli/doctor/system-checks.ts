/** What the machine gives: disk and file descriptors. */
import { type Result } from '../../kit/index.ts';
import { bad, type Finding, good, reasonOf, skipped } from './check.ts';

const enoughBytes = 1024 ** 3;
const enoughDescriptors = 1024;

export interface DiskPorts {
  /** Writes a file into the directory and removes it. */
  readonly checkWritable: () => Promise<Result<void, string>>;
  readonly freeBytes: () => Promise<number>;
}

export async function checkDataDirectory(path: string, disk: DiskPorts): Promise<Finding> {
  const writable = await disk.checkWritable();
  if (!writable.ok) {
    return bad(
      `${path} takes no files (${writable.error})`,
      'Let the user of outdial write there, or change OUTDIAL_DATA_DIR.',
    );
  }
  const free = await disk.freeBytes();
  const detail = `${path}, ${(free / enoughBytes).toFixed(1)} GiB free`;
  return free >= enoughBytes ? good(detail) : bad(detail, 'Make room, or move OUTDIAL_DATA_DIR to a larger disk.');
}

/** `readLimits` gives the text of /proc/self/limits; it rejects where there is none. */
export async function checkFileDescriptors(readLimits: () => Promise<string>): Promise<Finding> {
  let text: string;
  try {
    text = await readLimits();
  } catch (fault) {
    return skipped(`the limit cannot be read here (${reasonOf(fault)})`);
  }
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(text)?.[1];
  if (soft === undefined) return skipped('the limit is not told');
  if (soft === 'unlimited' || Number(soft) >= enoughDescriptors) return good(`up to ${soft}`);
  return bad(
    `only ${soft}`,
    `Raise it to ${enoughDescriptors} or more: ulimit -n, LimitNOFILE of systemd, or --ulimit nofile of a container.`,
  );
}
