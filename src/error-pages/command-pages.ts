/** What the `outdial` command itself runs into; what a gateway answers to it has the codes of the gateway. */
import type { ErrorPage } from './error-page.ts';

export interface CommandErrorKind {
  readonly exitCode: number;
  readonly isRetryable: boolean;
  readonly help: string;
}

export const commandErrorKinds = {
  'command.usage': {
    exitCode: 2,
    isRetryable: false,
    help: 'The command was not understood. Run outdial <command> --help for what it takes.',
  },
  'command.gateway-url': {
    exitCode: 2,
    isRetryable: false,
    help: '--gateway (or OUTDIAL_GATEWAY) must be an http: or https: URL without credentials.',
  },
  'command.gateway-unreachable': {
    exitCode: 1,
    isRetryable: true,
    help: 'Nothing answers at the address of the gateway. Is it running (outdial serve), and is --gateway (or OUTDIAL_GATEWAY) its address?',
  },
  'command.foreign-answer': {
    exitCode: 1,
    isRetryable: false,
    help: 'Something answered that is no outdial, such as a proxy. Check --gateway (or OUTDIAL_GATEWAY).',
  },
  'command.signing-secret': {
    exitCode: 2,
    isRetryable: false,
    help: 'A secret of OUTDIAL_WEBHOOK_SECRETS is none: whsec_ and base64 of 24 to 64 bytes. Nothing was sent unsigned.',
  },
  'command.webhook-failed': {
    exitCode: 1,
    isRetryable: true,
    help: 'Your webhook did not take the event. Is it up at this URL, and does it answer 2xx within 10 s?',
  },
  'command.file': {
    exitCode: 1,
    isRetryable: false,
    help: 'A file could not be written. Check that its folder is there and that you may write there.',
  },
  'serve.cannot-start': {
    exitCode: 1,
    isRetryable: true,
    help: 'The gateway could not begin: a port, the database, speech or a file. The lines above say which.',
  },
  'talk.no-sound-program': {
    exitCode: 1,
    isRetryable: false,
    help: 'Sound goes through a program of the system. Debian, Ubuntu: apt install alsa-utils. macOS: brew install sox. Without a loudspeaker: --no-speaker.',
  },
  'talk.sound-failed': {
    exitCode: 1,
    isRetryable: false,
    help: 'The program that records or plays has ended; the line above has its words. arecord -l and aplay -l list the devices there are.',
  },
} as const satisfies Record<string, CommandErrorKind>;

export type CommandErrorCode = keyof typeof commandErrorKinds;

export const commandPages: Readonly<Record<CommandErrorCode, ErrorPage>> = {
  'command.usage': {
    what: 'The command line was not understood: an unknown command or option, a missing argument, or a value that the option does not take. Nothing was done.',
    causes: [
      'A slip; the nearest known name is proposed.',
      "The shell took the argument apart: quote URIs with `;` or `?`, as in `outdial call 'sip:bob@pbx.example.com;transport=tcp'`.",
      'The option is that of another version: `outdial --version`.',
    ],
    steps: [
      'Run `outdial --help`, or `outdial <command> --help`.',
      'Let the shell complete: `source <(outdial completion bash)`.',
    ],
    again: 'The same line is refused again.',
    see: ['command-line.md'],
  },
  'command.gateway-url': {
    what: 'The address of the gateway cannot be used, so nothing was asked.',
    causes: [
      'The scheme is missing: `gateway.example.net:9080` instead of `http://gateway.example.net:9080`.',
      'The URL holds user name and password, which other users of the machine could see.',
    ],
    steps: [
      'Give `--gateway http://host:port`, or set `OUTDIAL_GATEWAY`.',
      'Set `OUTDIAL_USERNAME` and `OUTDIAL_PASSWORD` for the credentials.',
    ],
    again: 'The same address is refused again.',
    see: ['command-line.md#which-gateway'],
  },
  'command.gateway-unreachable': {
    what: 'The command asked a gateway, and no answer came.',
    causes: [
      'No gateway runs there.',
      'It listens on another port or address: it comes with 127.0.0.1:9080, which other machines do not reach.',
      'HTTP was asked where HTTPS is spoken, or its certificate is not known here.',
      'A firewall is in between.',
    ],
    steps: [
      'Start one: `outdial serve`. It says at which address it is ready.',
      'Ask by hand: `curl -i http://127.0.0.1:9080/livez`.',
      'Say where it is: `--gateway`, or `OUTDIAL_GATEWAY`; on this machine `HTTP_PORT` is enough.',
      'To reach it from elsewhere set `HTTP_HOST=*` there, and credentials.',
      'For a private authority set `NODE_EXTRA_CA_CERTS` to its certificate.',
    ],
    again: 'Yes, when it runs.',
    see: ['command-line.md#which-gateway', 'configuration.md#http'],
  },
  'command.foreign-answer': {
    what: 'An answer came that no outdial gives: it is not in its shape.',
    causes: [
      'The address is that of another service, or of a proxy whose gateway is down (502, 503) or that asks for a login.',
      'The proxy serves the gateway under a prefix.',
    ],
    steps: [
      'Look at what answers: `curl -i <address>/livez`. A gateway says so in JSON.',
      'Ask the gateway without the proxy.',
    ],
    again: 'Not at the same address, unless the proxy was the cause.',
    see: ['command-line.md#which-gateway'],
  },
  'command.signing-secret': {
    what: '`outdial listen --forward-to` and `outdial trigger` sign what they send as the gateway does, and one of the secrets that they were given cannot be used. Nothing was sent: a receiver that checks signatures would refuse it.',
    causes: [
      'The secret lacks `whsec_`, or what follows is no base64.',
      'It is too short or too long: 24 to 64 bytes.',
      'Something else than the secret was pasted, such as quotes or a blank.',
    ],
    steps: [
      'Make one: `echo "whsec_$(openssl rand -base64 32)"`.',
      'Set `OUTDIAL_WEBHOOK_SECRETS` to the same value here, at the gateway and at the receiver.',
      'Unset it to send without a signature.',
    ],
    again: 'The same secret is refused again.',
    see: ['webhooks.md'],
  },
  'command.webhook-failed': {
    what: '`outdial listen --forward-to` or `outdial trigger` handed an event to a webhook, and it was not taken: no answer, or none of 2xx.',
    causes: [
      'Nothing listens at this URL: another port, or the server is not up yet.',
      'It answers 404 or 405: the path is another one, or it takes no POST.',
      'It answers 401 or 403: the signature was not believed. Secrets differ, or the body was changed before it was checked.',
      'It works before it answers, and takes longer than 10 s.',
    ],
    steps: [
      'Look at the log of your server.',
      'Ask by hand: `curl -i -X POST <url>`.',
      'Answer first, work afterwards.',
      'Send one event again and again: `outdial trigger call.ended --to <url>`.',
    ],
    again: 'Yes. The gateway itself tries for a day; these commands do not.',
    see: ['webhooks.md', 'command-line.md'],
  },
  'command.file': {
    what: 'The answer of the gateway was to be written to a file, and could not be.',
    causes: ['The folder is not there.', 'This user may not write there.', 'The disk is full.'],
    steps: ['Name another file.', 'Make the folder, or change its rights.'],
    again: 'Yes, when it can be written.',
    see: ['command-line.md'],
  },
  'serve.cannot-start': {
    what: '`outdial serve` has good settings and could not begin all the same. Each line that begins with "outdial cannot start" is one reason.',
    causes: [
      'A port is in use: `HTTP_PORT`, `HTTPS_PORT`, `SIP_PORT`, often by a gateway that still runs.',
      'The address of `OUTDIAL_SIP_BIND` or `HTTP_HOST` is not of this machine.',
      'The database does not answer, or was written by a newer outdial.',
      '`OUTDIAL_DATA_DIR` cannot be written by this user.',
      'Another gateway runs under the same `OUTDIAL_NODE_ID` on the same database.',
    ],
    steps: [
      'Run `outdial doctor` with the same environment: it looks at all of these and says what to fix.',
      'See who has a port: `ss -lntup`.',
      'Check the rights of `OUTDIAL_DATA_DIR`, and `DATABASE_URL`.',
    ],
    again: 'Yes, when the reason is gone; systemd and Kubernetes try by themselves.',
    see: ['doctor.md', 'deploy.md'],
  },
  'talk.no-sound-program': {
    what: '`outdial talk --microphone` records and plays by programs of the system, and found none on the PATH. Nothing was begun.',
    causes: [
      'None is installed: neither `arecord` nor `rec` nor `sox` to record, neither `aplay` nor `play` to play.',
      'They are installed where the PATH of this shell does not look.',
    ],
    steps: [
      'Debian, Ubuntu: `apt install alsa-utils`, or `apt install sox`. macOS: `brew install sox`.',
      'Without a loudspeaker: `outdial talk --microphone --no-speaker`.',
      'Without a microphone: `outdial talk`, and type.',
    ],
    again: 'Yes, when one is there.',
    see: ['command-line.md#talk-to-the-bot'],
  },
  'talk.sound-failed': {
    what: 'The program that records or plays for `outdial talk --microphone` has ended in the middle, and the talk with it. Its own words stand in the message.',
    causes: [
      'There is no such device here: a server, a container, or a session without sound.',
      'Another program holds the device.',
      'This user may not use it: on Linux it is often for the group `audio`.',
    ],
    steps: [
      'List the devices: `arecord -l`, `aplay -l`.',
      'Try by hand: `arecord -f S16_LE -r 8000 -d 3 test.wav && aplay test.wav`.',
      'Choose another device: `~/.asoundrc` says which is the default of ALSA, `AUDIODEV` that of SoX.',
      'Only print what the bot says: `--no-speaker`.',
    ],
    again: 'Yes, when the device can be used.',
    see: ['command-line.md#talk-to-the-bot'],
  },
};
