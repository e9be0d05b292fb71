/** Keeps a fault in one part of a page from blanking the rest. */
import { Component, type ComponentChildren } from 'preact';

interface BoundaryProps {
  /** What it holds, for the sentence that takes its place: `the time axis`. */
  readonly part: string;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly fault: Error | undefined;
}

export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { fault: undefined };

  static override getDerivedStateFromError(fault: Error): BoundaryState {
    return { fault };
  }

  override componentDidCatch(fault: Error): void {
    // So that it can be reported with its stack.
    globalThis.reportError(fault);
  }

  override render() {
    const { fault } = this.state;
    if (fault === undefined) return this.props.children;
    return (
      <div class="notice is-bad" role="alert">
        <p class="notice-title">A fault in the console: {this.props.part} cannot be shown.</p>
        <p>The rest of the page works. The browser’s console has the details; please report them.</p>
        <p class="notice-code">
          <code>{fault.message}</code>
        </p>
        <button
          type="button"
          class="button"
          onClick={() => {
            this.setState({ fault: undefined });
          }}
        >
          Try again
        </button>
      </div>
    );
  }
}
