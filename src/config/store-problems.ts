/** What is wrong with the settings of the store. Nothing here repeats a secret. */
import type { Problem, Settings } from './settings.ts';

const minSecretLength = 16;

export function findStoreProblems({ databaseUrl, storeSecret }: Settings): Problem[] {
  const problems: Problem[] = [];
  if (databaseUrl !== undefined && !isPostgresqlUrl(databaseUrl.reveal())) {
    problems.push({
      variable: 'DATABASE_URL',
      value: '***',
      reason: 'expected: postgresql://user:password@host:5432/database',
      fix: 'Correct it (characters such as @ and / of a password are written %40 and %2F), or unset it for SQLite.',
    });
  }
  if (databaseUrl !== undefined && storeSecret === undefined) {
    problems.push({
      variable: 'OUTDIAL_STORE_SECRET',
      value: '""',
      reason: 'DATABASE_URL is set without it',
      fix: 'Set it to a random text of at least 16 characters, the same for all gateways that share the database.',
    });
  }
  if (storeSecret !== undefined && storeSecret.reveal().length < minSecretLength) {
    problems.push({
      variable: 'OUTDIAL_STORE_SECRET',
      value: '***',
      reason: `it is shorter than ${minSecretLength} characters`,
      fix: 'Set it to a longer random text.',
    });
  }
  return problems;
}

function isPostgresqlUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (url?.protocol === 'postgresql:' || url?.protocol === 'postgres:') && url.pathname.length > 1;
}
