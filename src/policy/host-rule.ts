/** Entries of an allow or deny list: host names, domains with a leading `*.`, addresses and networks. */
import { type IpAddress, parseIpAddress } from '../kit/index.ts';
import { addressesBehind, type IpNetwork, isInNetwork, parseIpNetwork } from './ip-network.ts';

export type HostRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'network'; readonly network: IpNetwork }
  /** Lower case, without a dot at its end. */
  | { readonly kind: 'name'; readonly name: string }
  /** Every name below it, not itself. */
  | { readonly kind: 'domain'; readonly suffix: string };

/** `*`, `10.0.0.0/8`, `2001:db8::1`, `sbc.example.net` or `*.example.net`; undefined for anything else. */
export function parseHostRule(text: string): HostRule | undefined {
  if (text === '*') return { kind: 'any' };
  const network = parseIpNetwork(text);
  if (network !== undefined) return { kind: 'network', network };
  const isDomain = text.startsWith('*.');
  const name = foldHost(isDomain ? text.slice(2) : text);
  if (name.length > 253 || !/^[a-z\d_](?:[\w.-]*[a-z\d_])?$/.test(name) || /^[\d.]+$/.test(name)) return undefined;
  return isDomain ? { kind: 'domain', suffix: `.${name}` } : { kind: 'name', name };
}

/** Whether a rule names this host: names by name, addresses by network, as they are and as they hide in others. */
export function isNamed(host: string, rules: readonly HostRule[]): boolean {
  const address = parseIpAddress(host);
  if (address !== undefined) return addressesBehind(address).some((behind) => isAddressNamed(behind, rules));
  const name = foldHost(host);
  return rules.some((rule) => {
    switch (rule.kind) {
      case 'any':
        return true;
      case 'name':
        return rule.name === name;
      case 'domain':
        return name.endsWith(rule.suffix);
      case 'network':
        return false;
      default:
        return rule satisfies never;
    }
  });
}

function isAddressNamed(address: IpAddress, rules: readonly HostRule[]): boolean {
  return rules.some((rule) => rule.kind === 'any' || (rule.kind === 'network' && isInNetwork(address, rule.network)));
}

/** Host names compare without regard to case and to a dot at their end. */
export function foldHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
