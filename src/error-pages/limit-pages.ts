/** A call that is in order and not taken: guards, limits and a gateway without room. */
import type { ErrorCode } from '../kit/index.ts';
import type { ErrorPage } from './error-page.ts';

type LimitCode = Extract<ErrorCode, `guard.${string}` | `trunk.${string}` | `gateway.${string}`>;

const severalNodes =
  'With several gateways on one PostgreSQL the limits of a tenant hold across all of them; those of one process hold for it alone.';

export const limitPages: Readonly<Record<LimitCode, ErrorPage>> = {
  'guard.destination': {
    what: 'A URL of the request (webhook, bot, speech service, audio file) leads to an address that requests may not reach, so that nobody can look into your network through the gateway. `detail` names the field.',
    causes: [
      'The URL names a private, loopback or reserved address, and there is a tenant file: then callers are not the operator.',
      'It names a link-local or metadata address such as 169.254.169.254, or a port of the gateway itself. That is never allowed.',
      'It is no `http:` or `https:` URL.',
    ],
    steps: [
      'If the address is one of your own services, open its network, and no more than that: `OUTDIAL_ALLOW_NETWORKS=10.20.0.0/16`.',
      'Better: put the URL into the tenant, where it is the word of the operator.',
      'If the URL came from outside, take it as what it may be: an attempt.',
    ],
    again:
      'The same URL is refused again. A name that resolves to such an address is refused later, when it is connected to, with the reason in the log.',
    see: ['api.md#guards'],
  },
  'guard.sip-destination': {
    what: 'The operator does not allow calls to this host: the host of `to`, of `route` or the next hop is not among those that calls may take, or is on the deny list.',
    causes: [
      'There is a tenant file: then calls go by the trunk or, without one, to public addresses only.',
      '`OUTDIAL_SIP_ALLOW` is set and does not have the host.',
      '`OUTDIAL_SIP_DENY` has it.',
    ],
    steps: [
      'Call numbers by the trunk: `tel:+15551234`.',
      'If the host is meant to be called, add it to `OUTDIAL_SIP_ALLOW` (a name, `*.example.net`, an address or a network) and start the gateway again.',
      'Networks stand for addresses in the request, not for names that resolve to them: add the name, too.',
    ],
    again: 'Not before the operator allows it.',
    see: ['api.md#guards', 'trunk.md'],
  },
  'guard.prefix': {
    what: 'The called number begins with none of the prefixes that may be called. This keeps a stolen password from calling expensive numbers.',
    causes: [
      'The country is not in `OUTDIAL_ALLOWED_PREFIXES` or in `outdial.allowedPrefixes` of the tenant.',
      'The number is written without its country code, or with `00` instead of `+`: `0039...` does not begin with `+39`.',
      'A number in a further place of the request (the target of a transfer, a redirect) is meant.',
    ],
    steps: [
      'Write the number with `+` and country code.',
      'If such numbers are to be called, add the prefix, and the longest one that does: `+3906` rather than `+39`.',
      'If you did not expect it: change the password of the tenant and look at the lines of the log with `audit`.',
    ],
    again: 'The same number is refused again.',
    see: ['api.md#guards', 'configuration.md#guards'],
  },
  'guard.rate': {
    what: 'Calls are started faster than the tenant may start them. A second’s worth may begin at once; then calls are let through one by one.',
    seen: ['incoming'],
    causes: [
      'A campaign starts all its calls in a loop.',
      '`OUTDIAL_CALLS_PER_SECOND` or `outdial.callsPerSecond` of the tenant is lower than what the campaign needs.',
      severalNodes,
    ],
    steps: [
      'Wait `Retry-After` seconds and send the same request again, with the same `Idempotency-Key` where it has one.',
      'Let the dialler keep to the rate instead of running into the limit.',
      'Raise the limit if the trunk takes more.',
    ],
    again: 'Yes, after `Retry-After` seconds.',
    see: ['api.md#guards', 'trunk.md#what-it-may-take'],
  },
  'guard.concurrency': {
    what: 'The tenant has as many calls as it may have at a time. Ringing calls count as well as answered ones.',
    seen: ['incoming'],
    causes: [
      'A campaign is faster than its calls end.',
      'Calls last longer than planned: a bot that does not hang up, voice mail that is talked to.',
      '`OUTDIAL_TENANT_MAX_CALLS` or `outdial.maxCalls` of the tenant is low.',
      severalNodes,
    ],
    steps: [
      'Look at what is going on: `outdial calls list --state active`.',
      'Hang up what has no business there: `outdial calls hangup <vgwSessionID>`.',
      'Start the next call when one has ended (`call.ended`, `call.failed`), or raise the limit.',
      'Bound calls that do not end: `OUTDIAL_MAX_CALL_DURATION`, `OUTDIAL_RING_TIMEOUT`.',
    ],
    again: 'Yes, as soon as a call has ended; `Retry-After` proposes when to ask.',
    see: ['api.md#guards'],
  },
  'guard.minutes': {
    what: 'The tenant has used up its minutes of the day (UTC). Minutes count from the answer to the hang-up, of calls in and out.',
    seen: ['incoming'],
    causes: [
      'The day was busier than planned.',
      'Calls do not end: a bot that does not hang up, a conference, voice mail.',
      'The credentials of the tenant are used by somebody else.',
      severalNodes,
    ],
    steps: [
      'Look at where the minutes went: `outdial calls list`, the call records, `outdial_calls_answered_total` by tenant.',
      'Raise `OUTDIAL_MINUTES_PER_DAY` or `outdial.minutesPerDay` of the tenant; a reload is enough for the latter.',
      'If nobody placed those calls: change the password first.',
    ],
    again: 'Yes, after midnight UTC; `Retry-After` says in how many seconds that is.',
    see: ['api.md#guards', 'configuration.md#reload'],
  },
  'trunk.full': {
    what: 'The trunk has as many calls as the operator lets it have, of all tenants together. Nothing was sent, and the bot was not asked.',
    causes: [
      'More calls are wanted than the contract with the provider has channels.',
      'Calls hang: nobody hangs up, and the longest duration is far away.',
      '`OUTDIAL_SIP_TRUNK_MAX_CALLS` is lower than what the provider allows.',
    ],
    steps: [
      'Start the next call when one has ended, or after `Retry-After`.',
      'Look for calls that should be over: `outdial calls list --state active`.',
      'Ask the provider for more channels, then raise `OUTDIAL_SIP_TRUNK_MAX_CALLS`.',
    ],
    again: 'Yes, as soon as a call by the trunk has ended.',
    see: ['trunk.md#what-it-may-take'],
  },
  'trunk.rate': {
    what: 'Calls are started faster than the trunk may be given them. Nothing was sent, and the bot was not asked.',
    causes: [
      'A campaign starts its calls in bursts.',
      '`OUTDIAL_SIP_TRUNK_CALLS_PER_SECOND` is lower than what the provider allows.',
    ],
    steps: [
      'Send the same request again after `Retry-After` seconds.',
      'Spread the calls: the limit is a rate over all tenants.',
      'Ask the provider what it takes, then raise the setting.',
    ],
    again: 'Yes, after `Retry-After` seconds.',
    see: ['trunk.md#what-it-may-take'],
  },
  'gateway.draining': {
    what: 'The gateway is being stopped. Running calls may end, new ones are not taken.',
    seen: ['incoming'],
    causes: ['Somebody deploys, restarts or scales down: the process got SIGTERM or SIGINT.'],
    steps: [
      'Send the request to another gateway. A load balancer that asks `GET /readyz` does so by itself.',
      'With one gateway, wait until it is back: at most `OUTDIAL_DRAIN_TIMEOUT` and a start later.',
    ],
    again: 'Yes, at another gateway at once, at this one after its restart; `Retry-After` is 30 s.',
    see: ['deploy.md', 'api.md#probes'],
  },
  'gateway.full': {
    what: 'Every call slot of this process is taken. The number of slots is `MAX_SESSIONS`, or what `RTP_UDP_PORT_RANGE` has pairs of ports for.',
    seen: ['incoming'],
    causes: [
      '`RTP_UDP_PORT_RANGE` is as it comes, which is enough for 5 calls.',
      '`MAX_SESSIONS` is low.',
      'More calls are wanted than one process should carry.',
    ],
    steps: [
      'Widen `RTP_UDP_PORT_RANGE`: two ports a call, one for RTP and one for RTCP. Open the same range in the firewall.',
      'Raise `MAX_SESSIONS` if it is set, as far as the machine goes.',
      'Check both: `outdial doctor` says whether the ports are enough and free.',
      'Beyond one machine: several gateways on one PostgreSQL.',
    ],
    again: 'Yes, as soon as a call has ended; `Retry-After` is 5 s.',
    see: ['configuration.md#sip-and-rtp', 'webhooks.md#several-gateways', 'figures.md'],
  },
  'gateway.overloaded': {
    what: 'The machine is so busy that one more call would make the running ones stutter: the process takes more of the processor than `OUTDIAL_MAX_CPU`, or callees wait too long for the recogniser inside (`OUTDIAL_MAX_RECOGNITION_WAIT`).',
    seen: ['incoming'],
    causes: [
      'More calls talk at the same time than this machine has cores for; recognition inside costs most.',
      'Something else takes the processor: a build, a backup, another container.',
      'The container may use less than the machine shows.',
    ],
    steps: [
      'Look at `process_cpu_seconds_total`, `outdial_media_ticks_skipped_total` and `outdial_speech_audio_dropped_total`.',
      'Give the process cores, or take the smaller model: `OUTDIAL_SPEECH_MODEL=tiny`.',
      'Let a speech service recognise (`OUTDIAL_STT_PROVIDER`), or add a gateway.',
      'Bound the calls to what the machine carries: `MAX_SESSIONS`.',
    ],
    again: 'Yes, when the load has gone down; `Retry-After` is 5 s.',
    see: ['figures.md', 'speech-providers.md', 'metrics.md'],
  },
};
