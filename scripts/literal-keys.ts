import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Spells out the computed keys in the SDK's schemas: `{ [_xN]: _eA }` becomes `{ "xmlName": _eA }`.
 *
 * A bundler must assume that a computed key does something, and so keeps every schema of a service, whether or not its
 * operation is used. That is 1.3 MB for EC2, of which tap uses a twentieth.
 */
export const literalKeys: Plugin = {
  name: "literal-keys",
  setup(build) {
    build.onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, "utf8"), path),
      loader: "js",
    }));
  },
};

/**
 * @param name of the file, for messages
 * @throws {Error} when the file is not written as expected: the SDK has changed, and this has to follow
 */
export function withLiteralKeys(source: string, name: string): string {
  const strings = new Map(
    [...source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, id, text]) => [id, text]),
  );
  const written = source.replace(/([{,]\s*)\[(\w+)\]:/g, (_, before: string, id: string) => {
    const text = strings.get(id);
    if (text === undefined) throw new Error(`${name}: ${id} is a key, but no text is known for it`);
    return `${before}${text}:`;
  });
  const strange = /^.*\]\s*:.*$/m.exec(written.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
  if (strings.size === 0 || strange !== null) {
    throw new Error(`${name} is not written as the SDK's schemas were: ${strange?.[0].trim() ?? "it defines no keys"}`);
  }
  return written;
}
