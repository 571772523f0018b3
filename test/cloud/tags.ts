/** Tags as one plain object. */
export type Tags = Record<string, string>;

/** The tags of one resource, each with the time at which it was set, because tag filters may see it later. */
export class TagSet {
  readonly #tags = new Map<string, { value: string; at: number }>();
  /** All of them in order, until one changes: the tagging API looks at every resource each time. */
  #sorted: Tags | undefined;

  constructor(tags: Tags, at: number) {
    this.set(tags, at);
  }

  set(tags: Tags, at: number): void {
    this.#sorted = undefined;
    for (const [key, value] of Object.entries(tags)) this.#tags.set(key, { value, at });
  }

  delete(keys: Iterable<string>): void {
    this.#sorted = undefined;
    for (const key of keys) this.#tags.delete(key);
  }

  get(key: string): string | undefined {
    return this.#tags.get(key)?.value;
  }

  /** The same tags, each as old as it is. */
  copy(): TagSet {
    const copy = new TagSet({}, 0);
    for (const [key, tag] of this.#tags) copy.#tags.set(key, tag);
    return copy;
  }

  get size(): number {
    return this.#tags.size;
  }

  /** All tags, or only those set at or before `until`. */
  all(until = Number.POSITIVE_INFINITY): Tags {
    if (until === Number.POSITIVE_INFINITY && this.#sorted !== undefined) return { ...this.#sorted };
    const seen = [...this.#tags].filter(([, tag]) => tag.at <= until).sort(([a], [b]) => (a < b ? -1 : 1));
    const tags = Object.fromEntries(seen.map(([key, { value }]) => [key, value]));
    if (until === Number.POSITIVE_INFINITY) this.#sorted = { ...tags };
    return tags;
  }

  /** As `[{Key, Value}]`, the shape of EC2, RDS, S3, IAM, ACM, Route 53. */
  list(): { Key: string; Value: string }[] {
    return Object.entries(this.all()).map(([Key, Value]) => ({ Key, Value }));
  }

  toJSON(): Tags {
    return this.all();
  }
}

/** Reads `[{Key, Value}]`. */
export function fromList(list: readonly { Key?: string | undefined; Value?: string | undefined }[] = []): Tags {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
