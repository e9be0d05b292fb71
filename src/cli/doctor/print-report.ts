/** The findings for people and for programs. */
import { painted } from '../terminal-lines.ts';
import type { Finding } from './check.ts';
import type { NamedFinding } from './run-checks.ts';

const signs = { good: '✓', warning: '!', bad: '✗', skipped: '–' } as const satisfies Record<Finding['status'], string>;
const colours = { good: 'green', warning: 'yellow', bad: 'red', skipped: 'gray' } as const;

/** One line a finding, and under it what to do. */
export function printReport(findings: readonly NamedFinding[], isStyled: boolean): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, status, detail, fix }) => {
    const sign = painted(colours[status], signs[status], isStyled);
    const text = oneLine(status === 'skipped' ? `not checked: ${detail}` : detail);
    const fixes = fix === undefined ? [] : fix.split('\n').map((line) => `${' '.repeat(width + 4)}→ ${oneLine(line)}`);
    return [`${sign} ${name.padEnd(width)}  ${text}`, ...fixes];
  });
  const count = (status: Finding['status']): number => findings.filter((finding) => finding.status === status).length;
  lines.push(
    '',
    `${count('good')} good, ${count('warning')} to look at, ${count('bad')} bad, ${count('skipped')} not checked`,
  );
  return lines.join('\n');
}

export function reportToJson(findings: readonly NamedFinding[]): string {
  return JSON.stringify({ isHealthy: isHealthy(findings), checks: findings }, undefined, 2);
}

export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'bad');
}

/** What came from elsewhere must not steer the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
