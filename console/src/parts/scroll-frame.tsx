/** Around a table that may be wider or longer than its place: it scrolls by itself, and the keyboard reaches it for that. */
import type { ComponentChildren } from 'preact';

interface ScrollFrameProps {
  readonly name: string;
  /** How it looks. */
  readonly look?: 'table-frame' | 'axis-scroll' | 'table-scroll';
  readonly children: ComponentChildren;
}

export function ScrollFrame({ name, look = 'table-frame', children }: ScrollFrameProps) {
  return (
    <div class={look} tabIndex={0} role="region" aria-label={name}>
      {children}
    </div>
  );
}
