/** Foreign programs that interop tests talk to. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The `skip` option of a test that needs a program: a reason when it is not installed, except in CI, where every program
 * must be there and the test fails without it.
 */
export function skipWithout(program: string): string | false {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isThere = folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return isThere || process.env['CI'] === 'true' ? false : `${program} is not installed`;
}

/** The same for a module of kamailio, where Debian puts them. */
export function skipWithoutModule(name: string): string | false {
  const isThere = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].some((machine) =>
    existsSync(`/usr/lib/${machine}/kamailio/modules/${name}.so`),
  );
  return isThere || process.env['CI'] === 'true' ? false : `the module ${name} of kamailio is not installed`;
}
