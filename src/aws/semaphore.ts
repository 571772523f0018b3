import { AsyncLocalStorage } from "node:async_hooks";

/** A storage, since between the engine, which knows how urgent something is, and its calls are the kinds, which do not. */
const urgency = new AsyncLocalStorage<number>();

/** Does some work; whatever in it has to wait for a slot goes before what is less urgent. */
export const urgently = <T>(how: number, work: () => Promise<T>): Promise<T> => urgency.run(how, work);

/** Lets a fixed number of things go on at once; the others wait: the most urgent goes first, then the first come. */
export class Semaphore {
  readonly count: number;
  #free: number;
  /** The next one comes first. */
  readonly #waiting: { readonly urgency: number; begin(): void }[] = [];

  constructor(count: number) {
    this.count = count;
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#queue(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next.begin();
    }
  }

  #queue(begin: () => void): void {
    const mine = urgency.getStore() ?? 0;
    const before = this.#waiting.findLastIndex((other) => other.urgency >= mine);
    this.#waiting.splice(before + 1, 0, { urgency: mine, begin });
  }
}
