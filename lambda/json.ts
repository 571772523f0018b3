/** A JSON text, read. `repeated` are the paths of the keys that their object has more than once. */
export interface ReadJson {
  readonly value: unknown;
  readonly repeated: readonly string[];
}

/** What a valid JSON text is made of, without blanks, commas and colons. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]|[\w.+-]+/g;

/**
 * Reads a JSON text as it is written, where JSON.parse would take the last of equal keys and round numbers: whole
 * numbers are exact, and every other number is NaN, since the API has no others.
 *
 * @throws SyntaxError when it is not JSON. It quotes the text.
 */
export function readJson(text: string): ReadJson {
  // Whatever is not JSON ends here: what follows reads a valid text.
  JSON.parse(text);
  const rest = text.matchAll(tokens);
  const next = (): string => rest.next().value?.[0] ?? "";
  const repeated: string[] = [];

  function read(token: string, path: readonly string[]): unknown {
    if (token === "{") {
      const members = new Map<string, unknown>();
      for (let key = next(); key !== "}"; key = next()) {
        const name: string = JSON.parse(key);
        const here = [...path, name];
        if (members.has(name)) repeated.push(here.join("."));
        members.set(name, read(next(), here));
      }
      return Object.fromEntries(members);
    }
    if (token === "[") {
      const items: unknown[] = [];
      for (let item = next(); item !== "]"; item = next()) items.push(read(item, path));
      return items;
    }
    return /^[-\d]/.test(token) ? wholeNumber(token) : JSON.parse(token);
  }
  return { value: read(next(), []), repeated };
}

/** The whole number that `written` means, or NaN when it means another one or one that a double does not hold exactly. */
function wholeNumber(written: string): number {
  const nearest = Number(written);
  return Number.isSafeInteger(nearest) && canonical(written) === canonical(String(nearest)) ? nearest : Number.NaN;
}

/** One spelling for all that mean the same number: its digits without zeros at either end, and a power of ten. */
function canonical(written: string): string {
  const [, integer = "", fraction = "", power = "0"] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(written) ?? [];
  const digits = `${integer}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  return `${significant}e${Number(power) - fraction.length + digits.length - significant.length}`;
}
