/** How the network and the far end refuse a call, or lose it. */
import type { ErrorCode } from '../kit/index.ts';
import type { ErrorPage } from './error-page.ts';

type SipCode = Extract<ErrorCode, `sip.${string}`>;

const trace = 'Read the exchange: `outdial calls trace <vgwSessionID>`.';
const wholeTrace = 'Read the messages: `outdial calls trace <vgwSessionID> --whole`.';

export const sipPages: Readonly<Record<SipCode, ErrorPage>> = {
  'sip.busy': {
    what: 'The callee is busy: the far end answered 486 or 600.',
    seen: ['end'],
    causes: [
      'The callee is on the telephone.',
      'The same number was called twice at once, by two campaigns or a retry: the first call makes the second one busy.',
      'Some trunks answer 486 when all their channels are taken.',
    ],
    steps: [
      'Call again later; some minutes are usual.',
      'If many calls end so at once: look at how many run (`outdial calls list --state active`), ask the provider for its channels, and set `OUTDIAL_SIP_TRUNK_MAX_CALLS`.',
    ],
    again: 'Yes, after some minutes.',
    see: ['errors.md#sip-refusals', 'trunk.md#what-it-may-take'],
  },
  'sip.declined': {
    what: 'The callee refused the call (603): by a key of the telephone, or by a rule there.',
    seen: ['end'],
    causes: [
      'The callee does not want to talk now, or not to this caller.',
      'A device or network refuses callers that it does not know.',
    ],
    steps: [
      'Do not call at once again: that is what gets a number blocked.',
      'Show a number that the callee knows: `from`, `caller` of the tenant, a signed identity (`stir`).',
      'If all callees of one network decline, ask the provider how your calls are marked there.',
    ],
    again: 'Not soon. Leave it to a person, or to another day.',
    see: ['configuration.md#who-calls', 'sip.md#identity-and-other-headers'],
  },
  'sip.unwanted': {
    what: 'The callee marked the call as unwanted (607, RFC 8197): a button for spam, or the word of a filter.',
    seen: ['end'],
    causes: ['The callee does not want such calls.', 'A filter of its network takes the caller for spam.'],
    steps: [
      'Take the number off the list, for good.',
      'If there are many: ask the provider for the reputation of your numbers and have calls signed (`stir`).',
    ],
    again: 'No. Do not call there again.',
    see: ['configuration.md#who-calls'],
  },
  'sip.blocked': {
    what: 'Somebody between you and the callee blocks calls of this caller (608, RFC 8688). It is not the callee’s word.',
    seen: ['end'],
    causes: [
      'An analytics service takes the calling number for a robocaller.',
      'The number is not allowed to be shown, or the call is not signed.',
    ],
    steps: [
      'Read the reason of the call: where the answer named whom to turn to, it is there.',
      'Ask for redress there, or let your provider do it.',
      'Have calls signed: `stir` of the tenant.',
    ],
    again: 'Not before the block is lifted.',
    see: ['configuration.md#who-calls', 'sip.md#identity-and-other-headers'],
  },
  'sip.unavailable': {
    what: 'The callee cannot be reached for the moment (480): telephone off, out of reach, not registered.',
    seen: ['end'],
    causes: [
      'The telephone is off or without a network.',
      'The SIP client of the callee has no valid registration at its server.',
      'A network that puts many causes into 480; its Q.850 cause in the record says more.',
    ],
    steps: [
      'Look at `q850Cause` in the record: 18 is no response, 20 absent, 31 anything.',
      'Call again later.',
      'For a SIP client of your own: look whether it is registered at its server.',
    ],
    again: 'Yes, later.',
    see: ['errors.md#sip-refusals'],
  },
  'sip.not-found': {
    what: 'There is no such number or address (404, 604), no longer (410), or it is incomplete or ambiguous (484, 485).',
    seen: ['end'],
    causes: [
      'A digit is missing or the country code is: the trunk wants `+15551234`, or it wants the number without the plus.',
      'The number is out of service.',
      'The user part of a SIP address is misspelt.',
      'The trunk does not route that country or that kind of number.',
    ],
    steps: [
      wholeTrace,
      'Compare the request URI with the form that your provider documents (E.164 with plus is usual).',
      'Take numbers that are out of service off the list.',
    ],
    again: 'Not with the same number.',
    see: ['trunk.md', 'errors.md#sip-refusals'],
  },
  'sip.forbidden': {
    what: 'The trunk does not allow this call (403).',
    seen: ['end'],
    causes: [
      'The address of the gateway is not the one that the provider knows, for instance after a move or behind NAT.',
      'The caller (`from`, P-Asserted-Identity) is no number of your account.',
      'The account has no credit, or may not call that country.',
      'The trunk wants a registration first.',
    ],
    steps: [
      trace,
      'Ask the provider which addresses and which callers it takes, and compare with `SIP_HOST` and `OUTBOUND_CALLS_TENANT_URI`.',
      'Where it wants a registration: `OUTDIAL_REGISTRAR`.',
      'Try by `outdial doctor`: the trunk must at least answer OPTIONS.',
    ],
    again: 'Not before the cause is gone.',
    see: ['trunk.md', 'configuration.md#registration'],
  },
  'sip.incompatible': {
    what: 'The far end cannot take the call as it was offered: codecs, an extension, a content type, the size or the kind of URI. The SIP status in the record says which.',
    seen: ['end'],
    causes: [
      '488, 606, 415: no codec in common, or SRTP where plain RTP is wanted, or the other way round.',
      '420, 421: an extension that one side requires and the other has not, such as 100rel or session timers.',
      '422: the session interval is too short for the far end.',
      '416, 414: it does not take `tel:` or `sips:` URIs, or one so long.',
      '513: the message is too long for UDP.',
    ],
    steps: [
      wholeTrace,
      'Look at Warning, Unsupported, Require and Accept in the answer: they name what is wrong.',
      'Codecs: `OUTDIAL_CODECS`. SRTP: `OUTDIAL_MEDIA_ENCRYPTION`. Size: reach the trunk by TCP (`;transport=tcp`).',
      'Numbers: set a trunk, so that `tel:` becomes a SIP URI of its domain.',
    ],
    again: 'Not before one side changes.',
    see: ['sip.md', 'speech.md#codecs'],
  },
  'sip.identity-refused': {
    what: 'The trunk wants to know who calls, and was not told (428), not in a way that it believes (436 to 438), or does not take anonymous calls (433) or this referrer (429).',
    seen: ['end'],
    causes: [
      'Calls must be signed (STIR) and are not.',
      'The certificate of the signature cannot be fetched, is expired, or does not stand for the number.',
      'The clock of the gateway is off: a signature is good for a minute.',
      'The call is anonymous (`privacy`).',
    ],
    steps: [
      wholeTrace,
      'Give the tenant a key and the URL of its certificate: `stir`.',
      'Fetch that URL from outside, and compare its numbers with `from` or `assertedIdentity`.',
      'Let the clock be set by NTP; `outdial doctor` compares it.',
    ],
    again: 'Not before the identity is right.',
    see: ['configuration.md#who-calls', 'sip.md#identity-and-other-headers'],
  },
  'sip.trunk-failed': {
    what: 'A server on the way failed (500, 502), is overloaded (503), has no such service, or sends calls in a circle (482, 483). Every target of the trunk was tried that could be.',
    seen: ['end'],
    causes: [
      'The provider has an outage or is overloaded.',
      'All channels of the account are in use: many trunks say 503 then.',
      'The trunk routes the call back to this gateway, which it came from.',
      'A carrier behind the trunk failed; then another call to the same number may take another way.',
    ],
    steps: [
      'Look at the status page of the provider, and at `outdial_sip_trunk_target_up`.',
      trace,
      'Call again after `retryAfter` of the record, else after a minute.',
      'Give more than one target: `OUTDIAL_SIP_TRUNK_TARGETS`, and let them be watched: `OUTDIAL_SIP_TRUNK_PING`.',
      'For 482 and 483: look at what the trunk does with numbers of your own.',
    ],
    again: 'Yes, after `retryAfter` where the answer had one, else after a minute.',
    see: ['trunk.md#when-a-server-fails', 'trunk.md#who-is-up'],
  },
  'sip.redirected': {
    what: 'The far end named another address instead of taking the call (300 to 399), and it was not followed, or led nowhere.',
    seen: ['end'],
    causes: [
      '`OUTDIAL_FOLLOW_REDIRECTS` is off, as it comes.',
      'The new address is not allowed: `OUTDIAL_SIP_ALLOW`, `OUTDIAL_SIP_DENY`, the allowed prefixes.',
      'The new address redirects again, more than 5 times.',
      'It would lead the keys of SRTP out of TLS.',
    ],
    steps: [
      'Look at the Contact of the answer: `outdial calls trace <vgwSessionID> --whole`.',
      'If the trunk redirects on purpose: `OUTDIAL_FOLLOW_REDIRECTS=true`, and allow the hosts it names.',
      'Else call the new address yourself, or ask the provider to send calls on by itself.',
    ],
    again: 'Not before redirects are followed, or the number is changed.',
    see: ['sip.md#outgoing-calls-and-their-dialogs', 'api.md#guards'],
  },
  'sip.rejected': {
    what: 'The far end refused the call with a status that has no code of its own, such as 400 or 487. The reason has the status and its words.',
    seen: ['end'],
    causes: [
      '400: a server takes something in the INVITE for malformed, often a header of yours.',
      '487: the call was ended elsewhere before it was answered.',
      'A server with statuses of its own.',
    ],
    steps: [
      wholeTrace,
      'For 400: leave out headers of your own (`inviteHeaders`) one by one.',
      'Ask the operator of that server, with the Call-ID from the trace.',
    ],
    again: 'Perhaps; the status says it better.',
    see: ['errors.md#sip-refusals'],
  },
  'sip.auth-failed': {
    what: 'The trunk asked for a user name and password (401, 407) and took none of those it was given, or none were there.',
    seen: ['end'],
    causes: [
      'No credentials are configured, because the trunk knows its customers by address and this address is another one.',
      'User name or password are wrong. Many providers have one name for the portal and one for SIP.',
      '`OUTBOUND_CALLS_SIP_AUTH_REALM` is set and the trunk asks for another realm.',
      'The request takes a route of its own, past the trunk: then the credentials of the operator stay here.',
    ],
    steps: [
      'Look at the realm of the challenge: `outdial calls trace <vgwSessionID> --whole`.',
      'Set `OUTBOUND_CALLS_SIP_AUTH_USERNAME` and `OUTBOUND_CALLS_SIP_AUTH_PASSWORD`, or `outboundCalls.sipAuth` of the tenant; several realms: `OUTDIAL_SIP_AUTH_BY_REALM`.',
      'Check without a call: `outdial doctor` tries them at the registrar or the trunk.',
      'Where the provider knows addresses, tell it the one that your packets come from.',
    ],
    again: 'Not with the same credentials.',
    see: ['sip.md#authentication', 'trunk.md'],
  },
  'sip.no-answer': {
    what: 'Nobody answered within the ring time; the call was cancelled. Where a tone of the network was heard before (busy, congestion, an announcement), the reason says so.',
    seen: ['end'],
    causes: [
      'Nobody is there, or nobody takes calls of this number.',
      '`OUTDIAL_RING_TIMEOUT` is shorter than it takes until voice mail or a forward answers.',
      'The network plays an announcement instead of an answer: the number has changed or does not exist.',
    ],
    steps: [
      'Read the reason and the early sounds of the record: a special information tone means that the number is wrong.',
      'Call again at another time of day.',
      'Set `OUTDIAL_RING_TIMEOUT`, or `outdial.ringTimeout` of the tenant or the request: 25 s is before most voice mail, 45 s behind it.',
    ],
    again: 'Yes, at another time.',
    see: ['configuration.md#sip-and-rtp', 'api.md#events'],
  },
  'sip.timeout': {
    what: 'No SIP answer to the INVITE came within 32 s, or a server on the way said that it waited in vain (408, 504).',
    seen: ['end'],
    causes: [
      'Nothing listens at that address and port, or it is the wrong port or transport.',
      'A firewall drops the packets, or the answers to them.',
      'The gateway tells an address that answers cannot come back to: `SIP_HOST` is loopback or private.',
      'UDP messages that are too long are lost on the way.',
    ],
    steps: [
      'Run `outdial doctor`: it sends OPTIONS to the trunk and looks at the addresses.',
      'Look at whether anything came back: `outdial calls trace <vgwSessionID>`; on the wire: `sngrep` or `tcpdump port 5060`.',
      'Set `SIP_HOST` and `SDP_ADDRESS` to the address that others reach, and open `SIP_PORT` in the firewall.',
      'Try `;transport=tcp` in `OUTDIAL_SIP_TRUNK`.',
    ],
    again: 'Yes, when the way is open; calls tried other targets of the trunk already.',
    see: ['trunk.md#when-a-server-fails', 'doctor.md'],
  },
  'sip.unreachable': {
    what: 'The message could not be sent: the next hop refused the connection, its TLS failed, there is no route to it, or what its name resolves to may not be called.',
    seen: ['end'],
    causes: [
      'Nothing listens on that TCP or TLS port.',
      'Its certificate is for another name, expired, or of an authority that this machine does not know.',
      '`OUTDIAL_SIP_DENY`, or the rule that tenants reach public addresses only, forbids the address behind the name.',
      'The machine has no route, for instance none to IPv6.',
    ],
    steps: [
      'Read the reason: it has the words of the operating system or of TLS.',
      'Try the port: `openssl s_client -connect sbc.example.net:5061`, `nc -vz sbc.example.net 5060`.',
      'Correct host, port and transport of `OUTDIAL_SIP_TRUNK` or of the request.',
      'For a private authority set `NODE_EXTRA_CA_CERTS` to its certificate.',
    ],
    again: 'Yes, when the next hop is back.',
    see: ['trunk.md', 'sip.md#transports-and-location'],
  },
  'sip.not-located': {
    what: 'DNS knows no SIP server for the next hop, or did not answer. The reason says which records were asked for and what came back.',
    seen: ['end'],
    causes: [
      'The name is misspelt, or internal and not known to the name servers of this machine.',
      'It has records for another transport than the one that is asked for.',
      'The name servers do not answer: a container without DNS, a firewall.',
    ],
    steps: [
      'Ask by hand: `dig NAPTR example.net`, `dig SRV _sip._udp.example.net`, `dig example.net`.',
      'Correct `OUTDIAL_SIP_TRUNK`, or give its servers by address: `OUTDIAL_SIP_TRUNK_TARGETS`.',
      'Ask other name servers: `OUTDIAL_DNS_SERVERS`.',
      'A port in the URI skips NAPTR and SRV: `sip:sbc.example.net:5060`.',
    ],
    again: 'Yes, when DNS answers.',
    see: ['trunk.md#how-its-servers-are-found'],
  },
  'sip.dialog-lost': {
    what: 'In the middle of the call the far end said that it knows no such call (481), or no longer answered a request inside it (408).',
    seen: ['end'],
    causes: [
      'A server in the middle was restarted or failed over, and forgot the call.',
      'The far end is gone without a BYE: power, network, a crash.',
      'A firewall or NAT closed the mapping; a session timer then finds nobody.',
    ],
    steps: [
      trace,
      'See whether many calls ended at that instant: then it was a server on the way.',
      'For NAT: reach the trunk by TCP or TLS, which keeps one connection open.',
    ],
    again: 'Yes: it was this call alone.',
    see: ['sip.md#session-timers'],
  },
  'sip.no-ack': {
    what: 'A caller was answered and never acknowledged the answer, although it was repeated for 32 s. The call was ended.',
    seen: ['end'],
    causes: [
      'The answer does not reach the caller: the Contact or Via of its INVITE is a private address behind NAT.',
      'The ACK does not reach the gateway: `SIP_HOST` is an address that the caller cannot reach.',
      'A firewall in between.',
    ],
    steps: [
      wholeTrace,
      'Set `SIP_HOST` to the address that callers reach, and see that `SIP_PORT` is open to them.',
      'Let the trunk correct addresses behind NAT.',
    ],
    again: 'Yes; if each call of this caller ends so, the addresses are wrong.',
    see: ['inbound.md', 'configuration.md#sip-and-rtp'],
  },
  'sip.transfer-failed': {
    what: 'The call was to be transferred, and the far end refused that, the target did not answer, or the target is not allowed. The callee heard the message for it, then the call was ended.',
    seen: ['end'],
    causes: [
      'The trunk does not accept REFER inside a call (405, 501, 603).',
      'The target is busy, does not answer, or is no number that may be called.',
      'The target did not take the call within `OUTDIAL_TRANSFER_NOTICE_TIMEOUT`.',
      'No target was given, and the tenant has no default one.',
    ],
    steps: [
      'Read the reason, then the REFER and its NOTIFYs: `outdial calls trace <vgwSessionID> --whole`.',
      'Ask the provider whether it takes REFER; some want it switched on.',
      'Let the bot go on instead of ending the call: `DISCONNECT_CALL_ON_TRANSFER_FAILURE=false`.',
    ],
    again: 'Yes, where the target was the cause.',
    see: ['bot.md#transfers', 'sip.md#transfer'],
  },
};
