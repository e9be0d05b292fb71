/**
 * The dialog language: a YAML file of steps (see examples/survey). Everything that can be wrong with a file is found
 * when it is read, each with its line, so that no call meets it.
 */
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { err, ok, type Result } from '../../kit/index.ts';
import type { Dialog, DialogStep, Exit } from './dialog.ts';
import { likelyName } from './likely-name.ts';
import { parsePhrases } from './phrases.ts';
import { findTemplateFault } from '../../conversation/index.ts';

const maxFileCharacters = 256 * 1024;

const texts = z.union([z.string(), z.array(z.string()).min(1)], {
  error: 'must be a text or a list of texts (a text that begins with {{ needs quotes)',
});
const stepName = z.string({ error: 'must be the name of a step' });

const stepSchema = z.strictObject({
  say: texts.optional(),
  /** Phrases, separated by commas, to step. `anything` stands for all other words. */
  listen: z.record(z.string(), stepName).optional(),
  otherwise: stepName.optional(),
  silence: stepName.optional(),
  max: z.int().min(1).max(10).optional(),
  retry: texts.optional(),
  set: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  next: stepName.optional(),
  hangup: z.literal(true).optional(),
});

const dialogSchema = z.strictObject({
  /** The first step; without it the first one of the file. */
  start: stepName.optional(),
  steps: z.record(z.string(), stepSchema),
});

type StepText = z.output<typeof stepSchema>;
type Path = readonly (string | number)[];
/** Notes a problem at the line of a path into the file. */
type Report = (path: Path, message: string) => void;

/**
 * Reads a dialog. On failure every problem found, one sentence each, as `file:line: what is wrong`. Limit: 256 Ki
 * characters.
 */
export function loadDialog(yamlText: string, fileName: string): Result<Dialog, readonly string[]> {
  if (yamlText.length > maxFileCharacters) return err([`${fileName}: is longer than ${maxFileCharacters} characters`]);
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return err(
      document.errors.map(({ pos, message }) => `${fileName}:${lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`),
    );
  }
  const problems: string[] = [];
  const report: Report = (path, message) => {
    problems.push(`${fileName}:${lines.linePos(offsetOf(document, path)).line}: ${message}`);
  };
  const parsed = dialogSchema.safeParse(toPlainValue(document));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reportIssue(issue, report);
    return err(problems);
  }
  const steps = Object.entries(parsed.data.steps);
  const names = steps.map(([name]) => name);
  const [first] = names;
  if (first === undefined) return err([`${fileName}:1: has no steps`]);
  const start = parsed.data.start ?? first;
  checkTarget(start, names, ['start'], report);
  const dialog: Dialog = {
    fileName,
    start,
    steps: new Map(steps.map(([name, text]) => [name, readStep(name, text, names, report)])),
  };
  reportRings(dialog, report);
  return problems.length === 0 ? ok(dialog) : err(problems);
}

function readStep(name: string, text: StepText, names: readonly string[], report: Report): DialogStep {
  const path = ['steps', name];
  const waysOn = (['listen', 'next', 'hangup'] as const).filter((key) => text[key] !== undefined);
  if (waysOn.length !== 1) {
    const found = waysOn.length === 0 ? 'none' : waysOn.join(' and ');
    report(path, `step "${name}" needs exactly one of listen, next and hangup; it has ${found}`);
  }
  for (const key of ['otherwise', 'silence', 'max', 'retry'] as const) {
    if (text[key] !== undefined && text.listen === undefined) {
      report([...path, key], `"${key}" is for steps that listen, and step "${name}" does not`);
    }
  }
  for (const key of ['otherwise', 'silence', 'next'] as const) {
    if (text[key] !== undefined) checkTarget(text[key], names, [...path, key], report);
  }
  for (const [key, values] of [['say', toList(text.say)] as const, ['retry', toList(text.retry)] as const]) {
    for (const value of values) checkTemplate(value, [...path, key], report);
  }
  const set = Object.entries(text.set ?? {});
  for (const [variable, value] of set) {
    const at = [...path, 'set', variable];
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(variable) || variable.startsWith('__') || variable === 'dialog') {
      report(at, `"${variable}" cannot be the name of a variable`);
    }
    if (typeof value === 'string') checkTemplate(value, at, report);
  }
  return { say: toList(text.say), set, exit: readExit(name, text, names, report) };
}

function readExit(name: string, text: StepText, names: readonly string[], report: Report): Exit {
  if (text.next !== undefined) return { type: 'next', step: text.next };
  if (text.listen === undefined) return { type: 'hang-up' };
  const path = ['steps', name, 'listen'];
  const seen = new Map<string, string>();
  const answers = [];
  let anything: string | undefined;
  for (const [list, step] of Object.entries(text.listen)) {
    checkTarget(step, names, [...path, list], report);
    if (list.trim() === 'anything') {
      anything = step;
      continue;
    }
    const phrases = parsePhrases(list);
    for (const { spelling, words } of phrases) {
      if (words === '') report([...path, list], `a phrase of step "${name}" has no words: "${spelling}"`);
      else if (seen.has(words)) report([...path, list], `step "${name}" lists "${spelling}" twice`);
      seen.set(words, step);
    }
    answers.push({ phrases, step });
  }
  if (answers.length === 0 && anything === undefined) report(path, `step "${name}" listens to nothing`);
  return {
    type: 'listen',
    answers,
    anything,
    max: text.max ?? (text.otherwise === undefined && text.silence === undefined ? 3 : 1),
    retry: toList(text.retry),
    otherwise: text.otherwise ?? text.silence,
    silence: text.silence ?? text.otherwise,
  };
}

/** Steps that lead to each other by `next` alone would never wait for the callee. */
function reportRings(dialog: Dialog, report: Report): void {
  for (const name of dialog.steps.keys()) {
    const passed = new Set<string>();
    let at: string | undefined = name;
    while (at !== undefined && !passed.has(at)) {
      passed.add(at);
      const exit: Exit | undefined = dialog.steps.get(at)?.exit;
      at = exit?.type === 'next' ? exit.step : undefined;
    }
    if (at === name) report(['steps', name], `step "${name}" leads back to itself by next and never listens`);
  }
}

function checkTarget(target: string, names: readonly string[], path: Path, report: Report): void {
  if (!names.includes(target)) report(path, `there is no step "${target}"${suggest(target, names)}`);
}

function checkTemplate(text: string, path: Path, report: Report): void {
  const fault = findTemplateFault(text);
  if (fault !== undefined) report(path, fault);
}

function reportIssue(issue: z.core.$ZodIssue, report: Report): void {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const isStep = path[0] === 'steps' && path.length === 2;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(isStep ? stepSchema.shape : dialogSchema.shape);
    const where = isStep ? ` in step "${path[1]}"` : '';
    for (const key of issue.keys) report([...path, key], `unknown key "${key}"${where}${suggest(key, known)}`);
  } else if (path.length === 0) report(path, 'a dialog is a map with the key "steps"');
  else report(path, `"${path.join('.')}": ${issue.message}`);
}

function suggest(name: string, known: readonly string[]): string {
  const nearest = likelyName(name, known);
  return nearest === undefined ? `; known are ${known.slice(0, 20).join(', ')}` : `; did you mean "${nearest}"?`;
}

function toList(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** Undefined when aliases multiply beyond the bound of the parser. */
function toPlainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** Where the deepest part of the path that exists begins in the text. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (isScalar(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
