/** User names and passwords by realm (RFC 3261 §22): one JSON object, a key for each realm. */
import { isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import { Secret } from './secret.ts';
import { hasControlCharacter } from './web-url.ts';

export interface RealmAccount {
  readonly realm: string;
  readonly username: string;
  readonly password: Secret;
}

const maxRealms = 16;

/** What is wrong with an object of this kind, as the end of a sentence; no part of it is repeated. */
export function findRealmAccountsFault(value: JsonObject): string | undefined {
  const entries = Object.entries(value);
  if (entries.length > maxRealms) return `it has more than ${maxRealms} realms`;
  const index = entries.findIndex(([realm, account]) => realm === '' || accountIn(realm, account) === undefined);
  return index === -1 ? undefined : `realm ${index + 1} is not given as {"username": "...", "password": "..."}`;
}

/** The accounts of an object without faults. */
export function readRealmAccounts(secret: Secret | undefined): readonly RealmAccount[] {
  if (secret === undefined) return [];
  const value: Json = JSON.parse(secret.reveal());
  return isJsonObject(value) ? Object.entries(value).flatMap(([realm, entry]) => accountIn(realm, entry) ?? []) : [];
}

function accountIn(realm: string, entry: Json | undefined): RealmAccount | undefined {
  if (!isJsonObject(entry) || hasControlCharacter(realm)) return undefined;
  const { username, password, ...others } = entry;
  if (typeof username !== 'string' || typeof password !== 'string' || Object.keys(others).length > 0) return undefined;
  if (username === '' || hasControlCharacter(username) || hasControlCharacter(password)) return undefined;
  return { realm, username, password: new Secret(password) };
}
