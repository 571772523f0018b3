/** One page of a list: where its items stand, and where the token of the next page, if there is one. */
type Page<Items extends string, Next extends string> = { readonly [K in Items]?: readonly unknown[] | undefined } & {
  readonly [K in Next]?: string | undefined;
};

/** What a page lists under a name. */
type Item<P, Items extends keyof P> = NonNullable<P[Items]> extends readonly (infer T)[] ? T : never;

/**
 * Everything in a paged list.
 *
 * @param items the field of a page that has its items
 * @param next the field that has the token of the next page: absent or empty in the last one
 * @param read reads the page after a token (none for the first)
 */
export async function allPages<Items extends string, Next extends string, P extends Page<Items, Next>>(
  items: Items,
  next: Next,
  read: (token: string | undefined) => Promise<P>,
): Promise<Item<P, Items>[]> {
  const all: unknown[] = [];
  let token: string | undefined;
  do {
    const page: Page<Items, Next> = await read(token);
    all.push(...(page[items] ?? []));
    token = page[next] || undefined;
  } while (token !== undefined);
  // Every one of them stood in such a page.
  return all as Item<P, Items>[];
}
