// Small contents that are wanted at the same moment, whichever task wants them: they come in few calls, since a call costs more than what
// it brings. What is wanted while calls are on their way is asked for together once one of them is over.

import { grouped } from '../base/grouped.ts';
import type { CallSettings } from './channel.ts';
import type { Digest } from './contents.ts';

/** Calls on their way. */
const MOST = 4;

/** One call: `came` hears of each content, or of why that one did not come; it throws where none did. */
type Call = (
  digests: readonly Digest[],
  came: (digest: Digest, content: Buffer | Error) => Promise<void>,
  settings: CallSettings,
) => Promise<void>;

interface Wanted {
  digests: readonly Digest[];
  take(digest: Digest, content: Buffer): void | Promise<void>;
  settings: CallSettings;
  /** Digests that have not come yet; 0 once it is over, also where it failed. */
  left: number;
  done(): void;
  fail(error: unknown): void;
}

interface Part {
  digests: readonly Digest[];
  wantedBy(digest: Digest): readonly Wanted[];
  settings: CallSettings;
}

export class Gathering {
  readonly #parted: (digests: readonly Digest[]) => Digest[][];
  readonly #call: Call;
  readonly #wanted: Wanted[] = [];
  readonly #parts: Part[] = [];
  #calls = 0;
  #isDue = false;

  /** @param parted into what one call brings */
  constructor(parted: (digests: readonly Digest[]) => Digest[][], call: Call) {
    this.#parted = parted;
    this.#call = call;
  }

  /** All of them, each once, or it throws. */
  take(digests: readonly Digest[], take: Wanted['take'], settings: CallSettings = {}): Promise<void> {
    if (digests.length === 0) return Promise.resolve();
    return new Promise((done, fail) => {
      this.#wanted.push({ digests, take, settings, left: digests.length, done, fail });
      this.#next();
    });
  }

  #next(): void {
    while (this.#calls < MOST && this.#parts.length > 0) void this.#ask(this.#parts.shift() as Part);
    if (this.#isDue || this.#calls >= MOST || this.#wanted.length === 0) return;
    this.#isDue = true;
    // What else has just come is asked for with it.
    setImmediate(() => {
      this.#isDue = false;
      this.#gather(this.#wanted.splice(0));
      this.#next();
    });
  }

  #gather(all: readonly Wanted[]): void {
    // Who stops takes nothing from those who do not.
    for (const wanted of grouped(all, ({ settings }) => settings.signal).values()) {
      const { settings } = wanted[0] as Wanted;
      const each = wanted.flatMap((by) => by.digests.map((digest) => ({ by, digest })));
      const byHash = grouped(each, ({ digest }) => digest.hash);
      const wantedBy = ({ hash }: Digest): Wanted[] => (byHash.get(hash) ?? []).map(({ by }) => by);
      const digests = [...byHash.values()].flatMap(([first]) => first?.digest ?? []);
      for (const part of this.#parted(digests)) this.#parts.push({ digests: part, wantedBy, settings });
    }
  }

  async #ask({ digests, wantedBy, settings }: Part): Promise<void> {
    const waitFor = (digest: Digest): Wanted[] => wantedBy(digest).filter(({ left }) => left > 0);
    const wanted = digests.filter((digest) => waitFor(digest).length > 0);
    if (wanted.length === 0) return;
    const came = async (digest: Digest, content: Buffer | Error): Promise<void> => {
      for (const by of waitFor(digest))
        try {
          if (content instanceof Error) throw content;
          await by.take(digest, content);
          by.left -= 1;
          if (by.left === 0) by.done();
        } catch (error) {
          fail(by, error);
        }
    };
    this.#calls += 1;
    try {
      await this.#call(wanted, came, settings);
    } catch (error) {
      for (const digest of wanted) for (const by of waitFor(digest)) fail(by, error);
    }
    this.#calls -= 1;
    this.#next();
  }
}

function fail(by: Wanted, error: unknown): void {
  by.left = 0;
  by.fail(error);
}
