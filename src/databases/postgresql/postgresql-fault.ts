/** What an error of PostgreSQL or of the way to it means. Codes: PostgreSQL's appendix "Error Codes" (SQLSTATE). */
import { SqlFault, type SqlFaultKind } from '../../store/index.ts';

export function faultOf(error: unknown): SqlFault {
  if (error instanceof SqlFault) return error;
  const message = error instanceof Error ? error.message || error.name : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new SqlFault(kindOf(code), message);
}

function kindOf(code: string): SqlFaultKind {
  // Five letters and digits are of the server; everything else, such as ECONNREFUSED, is of the way there.
  if (!/^[0-9A-Z]{5}$/.test(code)) return 'unavailable';
  // disk_full, read_only_sql_transaction.
  if (code === '53100' || code === '25006') return 'full';
  // serialization_failure, deadlock_detected, lock_not_available.
  if (code === '40001' || code === '40P01' || code === '55P03') return 'conflict';
  // Data exceptions, violated constraints, syntax and names, features that are not there.
  return /^(?:22|23|42|0A)/.test(code) ? 'statement' : 'unavailable';
}
