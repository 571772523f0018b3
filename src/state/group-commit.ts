interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** Work that many ask for and that is done for all of them at once: a write of everything, a look at something. */
export class GroupCommit {
  readonly #work: () => Promise<void>;
  #waiters: Waiter[] = [];
  #working: Promise<void> | undefined;
  #failed = false;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Whether it is under way or still to be done, or has failed the last time. */
  get unsettled(): boolean {
    return this.#failed || this.#working !== undefined;
  }

  /**
   * Resolves when the work was done, from its beginning, after this call: those who ask while it is under way share the
   * next time.
   *
   * @throws what the work throws
   */
  done(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#working ??= this.#workForAll();
    });
  }

  /** Resolves when nobody waits for it. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #workForAll(): Promise<void> {
    while (this.#waiters.length > 0) {
      // Whoever else asks in this turn of the event loop shares it.
      await new Promise((resolve) => setImmediate(resolve));
      const waiters = this.#waiters;
      this.#waiters = [];
      try {
        await this.#work();
        this.#failed = false;
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        this.#failed = true;
        for (const waiter of waiters) waiter.reject(error);
      }
    }
    // Here, not in a later callback: who asks from now on starts a loop of its own.
    this.#working = undefined;
  }
}
