/** An instant in the time of who reads, with the UTC one beside it for who compares it with a log. */
interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
  /** The day, too. */
  readonly isWhole?: boolean;
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function Time({ at, isWhole = false }: TimeProps) {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={at} title={`${at.replace('T', ' ').replace('Z', '')} UTC`}>
      {(isWhole ? whole : timeOfDay).format(instant)}
    </time>
  );
}
