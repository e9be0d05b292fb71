/** Completion of words for shells, printed from the commands that there are. */
import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** The script for a shell to be evaluated in its start-up file. */
export function completionScript(program: Command, shell: Shell): string {
  const words = wordsByCommand(program);
  if (shell === 'fish') return fishScript(program, words);
  const cases = [...words].map(([path, offered]) => `    "${path}") words="${offered.join(' ')}" ;;`);
  const body = [
    '_outdial() {',
    '  local path="" word words',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$word" in -*) ;; *) path="${path:+$path }$word" ;; esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '    *) words="" ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _outdial outdial',
  ];
  const head = shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : [];
  return [...head, ...body, ''].join('\n');
}

/** By the names of commands so far, separated by spaces: what may follow. */
function wordsByCommand(program: Command): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (command: Command, path: string): void => {
    const options = command.options.flatMap(({ long, hidden }) =>
      long === undefined || long === null || hidden ? [] : [long],
    );
    found.set(path, [...command.commands.map((each) => each.name()), ...options, '--help']);
    for (const each of command.commands) visit(each, path === '' ? each.name() : `${path} ${each.name()}`);
  };
  visit(program, '');
  return found;
}

function fishScript(program: Command, words: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...words].flatMap(([path, offered]) => {
    const names = path === '' ? [] : path.split(' ');
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const none = names.length === 0 ? [`not __fish_seen_subcommand_from ${commandNames(program).join(' ')}`] : seen;
    return offered.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c outdial -n '${none.join('; and ')}' ${what}`;
    });
  });
  return [...lines, ''].join('\n');
}

function commandNames(program: Command): readonly string[] {
  return program.commands.map((each) => each.name());
}
