/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | undefined;
}

/**
 * Cuts a page out of a list. The token names the last item given, so a list that changes between two pages neither
 * repeats nor loses what stays.
 *
 * @param key a unique key; the list is sorted by it
 * @param invalid makes the service's error for a token it did not give
 */
export function page<T>(
  items: readonly T[],
  key: (item: T) => string,
  size: number,
  token: string | undefined,
  invalid: () => Error,
): Page<T> {
  const sorted = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const after = token === undefined ? undefined : decode(token);
  if (token !== undefined && after === undefined) throw invalid();
  const rest = after === undefined ? sorted : sorted.filter((item) => key(item) > after);
  const cut = rest.slice(0, size);
  const last = cut.at(-1);
  return { items: cut, next: rest.length > size && last !== undefined ? encode(key(last)) : undefined };
}

const mark = "page:";

function encode(key: string): string {
  return Buffer.from(mark + key).toString("base64");
}

function decode(token: string): string | undefined {
  const text = Buffer.from(token, "base64").toString();
  return text.startsWith(mark) ? text.slice(mark.length) : undefined;
}
