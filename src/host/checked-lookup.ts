/** Name resolution that hands on only addresses that may be connected to. */
import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';

/** Why an address may not be connected to, or undefined. */
export type AddressJudge = (address: string, port: number) => string | undefined;

export type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/** The system's resolver: hosts file and DNS. */
export const resolveBySystem: Resolve = (hostname, options, callback) => {
  systemLookup(hostname, options, callback);
};

export class AddressNotAllowedError extends Error {
  readonly code = 'ERR_ADDRESS_NOT_ALLOWED';
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Like `dns.lookup`, for connections to `port`. The connection goes to the address that was checked: it is not resolved again. */
export function checkedLookup(port: number, judge: AddressJudge, resolve: Resolve) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const allowed = found.filter(({ address }) => judge(address, port) === undefined);
      const [first] = allowed;
      if (first === undefined) {
        const reason = judge(found[0]?.address ?? '', port) ?? 'It has no address.';
        callback(new AddressNotAllowedError(`resolves to no allowed address (${reason})`), []);
      } else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
