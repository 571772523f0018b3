/** Pollers that wake on the same tick of the grid ask within this many milliseconds of each other. */
const near = 150;

/**
 * Reads shared by everything that asks for the same at the same time, so that all subnets come in one call. A mutating
 * call to a service makes what was read of it before stale.
 */
export class SharedReads {
  readonly #reads = new Map<
    string,
    { readonly at: number; readonly epoch: number; readonly result: Promise<unknown> }
  >();
  readonly #epochs = new Map<string, number>();

  /** Forgets what was read of a service; to be called when a mutating call has ended. */
  changed(service: string): void {
    // What the tagging API shows is about all services.
    for (const one of [service, "tagging"]) this.#epochs.set(one, (this.#epochs.get(one) ?? 0) + 1);
  }

  /**
   * A read that somebody has begun for a reason of their own; `undefined` when nobody has, or it is stale.
   *
   * @param since as for {@link get}
   */
  known<T>(key: string, since: number): Promise<T> | undefined {
    const known = this.#reads.get(key);
    const isFresh = known !== undefined && known.epoch === this.#epochOf(key) && known.at >= since - near;
    // A key names one read with one type of answer: that is what callers promise.
    return isFresh ? (known.result as Promise<T>) : undefined;
  }

  /**
   * @param key service and what is read, for example "ec2:subnets"; always with the same `load` type
   * @param since how old the answer may be: the time at which the read was begun, in milliseconds since the epoch
   */
  get<T>(key: string, since: number, now: number, load: () => Promise<T>): Promise<T> {
    const known = this.known<T>(key, since);
    if (known !== undefined) return known;
    const result = load();
    this.#reads.set(key, { at: now, epoch: this.#epochOf(key), result });
    // A failed read is not worth sharing with those who ask later.
    result.catch(() => this.#reads.delete(key));
    return result;
  }

  #epochOf(key: string): number {
    return this.#epochs.get(key.slice(0, key.indexOf(":"))) ?? 0;
  }
}
