export type { ExtraHeader, HostPort, IncomingCall, InviteOrder, LegEvent, SipEffect, UserAgent } from './contract.ts';
