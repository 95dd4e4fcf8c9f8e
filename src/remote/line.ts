// The line to one server, as far as its speed goes: how long a call may say nothing depends on what else is on its way, since what has
// been written lies in buffers for a while, and all calls share what a connection takes.

/** Bytes a second that a line is expected to take at least, in both directions: 2 Mbit/s. */
const SLOWEST = 256 * 1_024;

/** Into how many parts a wait is counted: what we were too busy to hear is none of it. */
const PARTS = 8;
const SHORTEST_PART_MS = 5;

const msFor = (bytes: number): number => (bytes / SLOWEST) * 1_000;

export interface Watched {
  timeoutMs: number;
  /** Bytes that are sent with it. */
  up?: number;
  /** Bytes that are to come. */
  down?: number;
  /** Nothing of what comes is seen before all of it is there. */
  isWhole?: boolean;
}

export class Line {
  readonly #bytes = { up: 0, down: 0 };
  /** How often something has been taken by the server. */
  #taken = 0;

  /** @param end called once, where nothing has come for too long, or all of it takes too long */
  watch(watched: Watched, end: () => void): Watch {
    const { timeoutMs, up = 0, down = 0, isWhole = false } = watched;
    this.#bytes.up += up;
    this.#bytes.down += down;
    let seen = this.#taken;
    let mostDown = 0;
    const isOver = ({ quietMs, ms }: { quietMs: number; ms: number }): boolean => {
      mostDown = Math.max(mostDown, this.#bytes.down);
      const quietMost = timeoutMs + msFor(this.#bytes.up + (isWhole ? mostDown : 0));
      return quietMs >= quietMost || (down > 0 && ms >= quietMost + msFor(mostDown));
    };
    return new Watch(timeoutMs, {
      isOver,
      end,
      isRenewed: () => {
        const isRenewed = seen !== this.#taken;
        seen = this.#taken;
        return isRenewed;
      },
      renewed: () => {
        if (up > 0) this.#taken += 1;
      },
      ended: () => {
        this.#bytes.up -= up;
        this.#bytes.down -= down;
        if (up > 0) this.#taken += 1;
      },
    });
  }
}

interface Hooks {
  isOver(passed: { quietMs: number; ms: number }): boolean;
  /** Whether something else was heard on the line. */
  isRenewed(): boolean;
  renewed(): void;
  ended(): void;
  end(): void;
}

export class Watch {
  readonly #hooks: Hooks;
  readonly #timer: NodeJS.Timeout | undefined;
  #quietMs = 0;
  #ms = 0;
  #isEnded = false;
  /** It has ended the call. */
  isOver = false;

  constructor(timeoutMs: number, hooks: Hooks) {
    this.#hooks = hooks;
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    const partMs = Math.max(timeoutMs / PARTS, SHORTEST_PART_MS);
    this.#timer = setInterval(() => this.#tick(partMs), partMs);
  }

  /** Something came, or was taken. */
  renew(): void {
    this.#quietMs = 0;
    this.#hooks.renewed();
  }

  /** The call is over. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#timer);
    this.#hooks.ended();
  }

  #tick(partMs: number): void {
    this.#quietMs = this.#hooks.isRenewed() ? 0 : this.#quietMs + partMs;
    this.#ms += partMs;
    if (!this.#hooks.isOver({ quietMs: this.#quietMs, ms: this.#ms })) return;
    this.isOver = true;
    this.#hooks.end();
    this.end();
  }
}
