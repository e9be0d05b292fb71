/** A request that is refused for what it asks, or for who asks. */
import type { ErrorCode } from '../kit/index.ts';
import type { ErrorPage } from './error-page.ts';

type RequestCode = Extract<
  ErrorCode,
  `request.${string}` | `auth.${string}` | `outbound.${string}` | `tenant.${string}` | `config.${string}`
>;

export const requestPages: Readonly<Record<RequestCode, ErrorPage>> = {
  'request.malformed': {
    what: 'The body, the query or a header of the request is not what the route takes. Nothing was done. `detail` names the field, for a misspelt one the nearest that exists, and for text that is no JSON the position of the fault.',
    causes: [
      'A field is misspelt, missing, too long or of another type; unknown fields are refused, so that a slip is never ignored.',
      'The body is no JSON: a trailing comma, single quotes, or a shell that took the quotes away.',
      '`Content-Type` is not `application/json`, as with `curl -d` without a header.',
      'A key of `tenantConfig` is unknown or may not be given with one call.',
      'An `Idempotency-Key`, `cursor` or `Last-Event-ID` was changed on its way.',
    ],
    steps: [
      'Read `detail`: it names the field and what was expected.',
      'Send `Content-Type: application/json`, and put the body in a file where a shell is in doubt: `curl -d @body.json`.',
      'Compare with the fields of the route in the API page, or in `GET /v1/openapi.json`.',
      'Take a `cursor` and a `Last-Event-ID` exactly as they were given, or leave them out.',
    ],
    again: 'The same request is refused again. Correct it first.',
    see: ['api.md', 'configuration.md#tenantconfig-of-a-request'],
  },
  'request.bad-uri': {
    what: '`to`, `from`, `route` or the target of a transfer is no SIP or tel URI that a call can be sent to. `detail` names the field, what is wrong and at which character.',
    causes: [
      'A number without its scheme: `+15551234` instead of `tel:+15551234`.',
      'Spaces, umlauts or a bare `#` in the user part. They must be written as `%XX`.',
      'Headers or a method in the URI (`?Subject=...`, `;method=...`), which a call may not have.',
      'The URI is longer than 1,024 characters.',
    ],
    steps: [
      'Write numbers as `tel:+15551234`, with the plus and the country code, or as `sip:+15551234@trunk.example.net`.',
      "Percent-encode what is no ASCII letter, digit or one of `-_.!~*'()&=+$,;?/`; `#` is `%23`.",
      'Give what you put into the URI as headers by `inviteHeaders` of the tenant or the request.',
    ],
    again: 'The same URI is refused again.',
    see: ['api.md#start-a-call', 'configuration.md#who-calls'],
  },
  'request.header-injection': {
    what: 'A value or a key of the request holds a line break or a NUL. It could become a further header of a SIP or HTTP message, so the whole request is refused.',
    causes: [
      'A text was read from a file or a form and still has its line break at the end.',
      'A name or a note of several lines was put into `context`.',
      'Somebody tries to forge headers through your service.',
    ],
    steps: [
      'Trim values before they are sent. `detail` names the field.',
      'Send long texts as a list of lines.',
      'If you did not expect it: look at who filled in that field.',
    ],
    again: 'The same request is refused again.',
    see: ['api.md#answers'],
  },
  'request.no-trunk': {
    what: 'The call is for a `tel:` URI. That names a subscriber and no server, and the gateway has none to send it to.',
    causes: ['`OUTDIAL_SIP_TRUNK` is not set.', 'The call was meant for one SIP address, and was written as a number.'],
    steps: [
      'Set `OUTDIAL_SIP_TRUNK` to the server of your provider, for example `sip:sbc.example.net`, start the gateway again and run `outdial doctor`.',
      'Or name the server in the request: `"route": "<sip:sbc.example.net;lr>"`.',
      'Or call a SIP address: `sip:+15551234@sbc.example.net`.',
    ],
    again: 'Not before a trunk or a route is given.',
    see: ['trunk.md', 'api.md#start-a-call'],
  },
  'request.too-large': {
    what: 'The body is over 64 KiB or nested more than 16 deep, or its context (or the variables, or the message context) is over 16 KiB of JSON. Nothing was done.',
    causes: [
      'A whole customer record or a document was put into `context`.',
      'The same data is in `context` twice, once as text.',
    ],
    steps: [
      'Put an identifier into `context` and let the bot fetch the rest.',
      'Measure: the length of the JSON text in bytes counts, not the number of fields.',
    ],
    again: 'The same request is refused again.',
    see: ['api.md#limits', 'bot.md#what-the-gateway-tells'],
  },
  'auth.required': {
    what: 'The credentials (HTTP Basic) are missing or wrong. The answer does not say which, and nothing was looked at further.',
    causes: [
      'No credentials were sent, although the tenant has some.',
      'User name or password are those of another tenant, or the tenantID of the path is another one than meant.',
      "A password with special characters was taken apart by the shell: `-u 'user:pa$$word'` needs single quotes.",
      'Metrics or `/v1/admin` were asked for with the credentials of a tenant; they take those of the administrator.',
    ],
    steps: [
      'With one tenant send `REST_API_USERNAME` and `REST_API_PASSWORD`; with a tenant file what `restAPI` of that tenant says.',
      'For `/metrics` with `ENABLE_METRICS_AUTH=true`, and for `/v1/admin`, send `ADMIN_USERNAME` and `ADMIN_PASSWORD`.',
      'See which values are in force: `outdial config explain --tenant <tenantURI>` (secrets are hidden, their source is not).',
      'For the command line set `OUTDIAL_USERNAME` and `OUTDIAL_PASSWORD`.',
    ],
    again:
      'Not with the same credentials; after 10 wrong ones within a minute the address is refused for the rest of it (`auth.too-many-failures`).',
    see: ['api.md#guards', 'command-line.md#which-gateway'],
  },
  'auth.too-many-failures': {
    what: 'Too many wrong credentials came within a minute from this address (of IPv6 its /64), or for this tenant from anywhere. Until `Retry-After` has passed nothing from the address is looked at, right credentials included.',
    causes: [
      'A service still has an old password and asks again and again.',
      'Several services share one address, because a proxy stands before the gateway: the failures of one count for all.',
      'Somebody is guessing.',
    ],
    steps: [
      'Stop what sends the wrong credentials. The log has a line with `audit` for every failed login, with its address.',
      'Wait as long as `Retry-After` says (at most 60 s), then send right credentials.',
      'Behind a proxy, let the proxy check the credentials or limit the failures of each client.',
      'If it is an attack: close `HTTP_HOST` to the networks that need it.',
    ],
    again: 'Yes, after `Retry-After` seconds and with right credentials.',
    see: ['api.md#guards'],
  },
  'outbound.disabled': {
    what: 'The tenant exists and the credentials are right, but it may not place calls. This is how a gateway comes: nothing is dialled before somebody has said so.',
    causes: [
      '`ENABLE_OUTBOUND_CALLS` is not set to true (one tenant).',
      '`"enableOutboundCalls": true` is missing in the entry of the tenant (tenant file).',
      'It was set and the gateway was not started again, or the tenant file not reloaded.',
    ],
    steps: [
      'One tenant: set `ENABLE_OUTBOUND_CALLS=true` and start the gateway again.',
      'Tenant file: add `"enableOutboundCalls": true` and reload: send SIGHUP, or `POST /v1/admin/reload`.',
      'Check: `outdial config explain ENABLE_OUTBOUND_CALLS`.',
    ],
    again: 'Not before it is enabled.',
    see: ['configuration.md#outbound-calls', 'configuration.md#reload'],
  },
  'tenant.unknown': {
    what: 'The path names a tenant that the tenant file does not have, or, of a call that comes in, no tenant is meant by the called address.',
    seen: ['incoming'],
    causes: [
      'The tenantID of the path is not exactly a `tenantURI` of the file: case, a leading `+` or `sip:` count.',
      'The tenantID was not percent-encoded: `/`, `+`, `#` and spaces in it are something else in a path.',
      'The entry is new and the file has not been read again.',
      'An incoming call is for a number that no `tenantURI` stands in.',
    ],
    steps: [
      'Compare the path with the file: `outdial config explain --tenant <tenantURI>`.',
      'Percent-encode the tenantID.',
      'Reload the file: SIGHUP, or `POST /v1/admin/reload`.',
      'For incoming calls look at the To and the request URI in the SIP trace of the trunk, and see how they are matched.',
    ],
    again: 'Not before the tenant is there.',
    see: ['configuration.md#tenant-file', 'inbound.md'],
  },
  'tenant.misconfigured': {
    what: 'The tenant file has an entry of this name, and the entry has a mistake. It is left out; the other tenants are served.',
    causes: [
      'A misspelt key, a value of the wrong kind, or half a pair of credentials.',
      'A secret that `${env:NAME}` or `${file:/path}` names is not there: a variable that the service does not get, a file it cannot read.',
      'Two entries with the same `tenantURI`: then neither is used.',
    ],
    steps: [
      'Run `outdial config check` with the environment of the gateway: it tells file, line, column, reason and fix.',
      'Correct the entry, then reload: SIGHUP, or `POST /v1/admin/reload`.',
      'To hear of it at the start instead of at the first call: `outdial serve --strict`.',
    ],
    again: 'Yes, as soon as the entry is corrected and read again; the caller need not change anything.',
    see: ['configuration.md#mistakes', 'configuration.md#secrets'],
  },
  'config.invalid': {
    what: 'The settings, the tenant file or a dialog file have mistakes. A reload changed nothing and the gateway goes on with what it had; a start with such settings does not begin.',
    seen: ['reload', 'serve'],
    causes: [
      'A name that begins with `OUTDIAL_` or `OUTBOUND_CALLS_` and is unknown, or is a slip away from a known one.',
      'A value that its setting does not take; the message says what it takes.',
      'A file that is named does not exist or cannot be read by the user of the service.',
      'The tenant file is no JSON, or not one of its tenants is good.',
    ],
    steps: [
      'Read the problems: each has variable or file, line, column, reason and fix. All are told at once.',
      'Correct them and check before you reload: `outdial config check`.',
      'See what differs from the file before: `outdial config diff <before> <after>`.',
      'Then start or reload again.',
    ],
    again: 'Not before the mistakes are corrected.',
    see: ['configuration.md#mistakes', 'configuration.md#reload'],
  },
};
