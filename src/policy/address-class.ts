/** What an address is for, by the special-purpose registries (RFC 6890 and its updates). */
import { type IpAddress, parseIpAddress } from '../kit/index.ts';
import { addressesBehind, isInNetwork, network } from './ip-network.ts';

export type AddressClass =
  | 'public'
  /** Of a private network: RFC 1918, shared space (RFC 6598), unique local (RFC 4193), site-local. */
  | 'private'
  | 'loopback'
  | 'link-local'
  /** Where clouds hand out the credentials of a machine. */
  | 'metadata'
  /** Nobody's, everybody's or nowhere: unspecified, multicast, broadcast, documentation, not assigned. */
  | 'reserved';

/** The first network that holds an address decides. */
const table: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    'metadata',
    [
      '169.254.169.254',
      '169.254.170.2',
      '169.254.170.23',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      'fd00:ec2::254',
      'fd00:ec2::23',
      'fd20:ce::254',
    ],
  ],
  ['loopback', ['127.0.0.0/8', '::1']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10']],
  [
    'reserved',
    [
      '0.0.0.0/8',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/3',
      '2001:2::/48',
      '2001:10::/28',
      '2001:20::/28',
      '2001:db8::/32',
      '3fff::/20',
    ],
  ],
  // What translators and tunnels carry is judged by the IPv4 address inside.
  ['public', ['64:ff9b::/96', '0.0.0.0/0', '2000::/3']],
  ['reserved', ['::/0']],
];

const networks = table.flatMap(([name, texts]) => texts.map((text) => ({ name, network: network(text) })));

/** From the least to the most restricted. */
const ranks: readonly AddressClass[] = ['public', 'private', 'loopback', 'reserved', 'link-local', 'metadata'];

/** The class of an address itself, whatever it may carry inside. */
export function classOf(address: IpAddress): AddressClass {
  return networks.find((entry) => isInNetwork(address, entry.network))?.name ?? 'reserved';
}

/** The most restricted class among the address and those hidden in it; undefined when the text is no IP address. */
export function classifyAddress(text: string): AddressClass | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  const found = addressesBehind(address).map(classOf);
  return found.reduce((worst, next) => (ranks.indexOf(next) > ranks.indexOf(worst) ? next : worst), 'public');
}
