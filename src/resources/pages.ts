/**
 * Everything in a paged list.
 *
 * @param read reads the page after a token (none for the first)
 */
export async function allPages<T>(
  read: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const page = await read(token);
    all.push(...(page.items ?? []));
    token = page.next === "" ? undefined : page.next;
  } while (token !== undefined);
  return all;
}
