/** JSON as a tree that is folded below its first level; what is folded is not drawn. */
import { useSignal } from '@preact/signals';
import './json.css';

interface JsonTreeProps {
  readonly value: unknown;
  readonly name?: string;
  /** Levels that are open at first. */
  readonly openLevels?: number;
}

/** Members that are drawn before one asks for more. */
const mostMembers = 100;

export function JsonTree({ value, name, openLevels = 1 }: JsonTreeProps) {
  return (
    <div class="json">
      <Node value={value} name={name} openLevels={openLevels} />
    </div>
  );
}

interface NodeProps {
  readonly value: unknown;
  readonly name: string | undefined;
  readonly openLevels: number;
}

function Node({ value, name, openLevels }: NodeProps) {
  if (typeof value === 'object' && value !== null)
    return <Container value={value} name={name} openLevels={openLevels} />;
  return (
    <div class="json-leaf">
      <Name name={name} />
      <Scalar value={value} />
    </div>
  );
}

function Container({ value, name, openLevels }: NodeProps & { readonly value: object }) {
  const isOpen = useSignal(openLevels > 0);
  const shown = useSignal(mostMembers);
  const members = Object.entries(value);
  const summary = Array.isArray(value) ? `[${members.length}]` : `{${members.length}}`;
  if (members.length === 0) {
    return (
      <div class="json-leaf">
        <Name name={name} />
        <span class="json-empty">{Array.isArray(value) ? '[]' : '{}'}</span>
      </div>
    );
  }
  return (
    <details
      class="json-node"
      open={isOpen.value}
      onToggle={(toggle) => {
        isOpen.value = toggle.currentTarget.open;
      }}
    >
      <summary>
        <Name name={name} />
        <span class="json-size">{summary}</span>
        {isOpen.value ? null : <span class="json-preview"> {previewOf(members)}</span>}
      </summary>
      {isOpen.value ? (
        <div class="json-members">
          {members.slice(0, shown.value).map(([key, member]) => (
            <Node key={key} value={member} name={key} openLevels={openLevels - 1} />
          ))}
          {members.length > shown.value ? (
            <button
              type="button"
              class="button is-quiet"
              onClick={() => {
                shown.value += mostMembers;
              }}
            >
              {members.length - shown.value} more
            </button>
          ) : null}
        </div>
      ) : null}
    </details>
  );
}

function Name({ name }: { readonly name: string | undefined }) {
  if (name === undefined) return null;
  return (
    <>
      <bdi class="json-name">{name}</bdi>
      <span class="json-colon">: </span>
    </>
  );
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') return <bdi class="json-string">{JSON.stringify(value)}</bdi>;
  return <span class={`json-${value === null ? 'null' : typeof value}`}>{String(value)}</span>;
}

const previewLength = 80;

function previewOf(members: readonly (readonly [string, unknown])[]): string {
  const parts = members.slice(0, 6).map(([name, value]) => {
    if (typeof value === 'object' && value !== null) return `${name} …`;
    return `${name} ${String(value)}`;
  });
  const text = parts.join(', ');
  return text.length > previewLength ? `${text.slice(0, previewLength)}…` : text;
}
