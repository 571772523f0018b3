import type { Outputs } from "../session/session.ts";
import { clean, table } from "./text.ts";

/** The outputs that are known, by name. */
export const known = (outputs: Outputs): readonly (readonly [string, string | readonly string[]])[] =>
  Object.entries(outputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

const text = (value: string | readonly string[], between: string): string =>
  typeof value === "string" ? value : value.join(between);

/** One output a line. */
export const outputsText = (outputs: Outputs): string =>
  table(known(outputs).map(([name, value]) => [name, clean(text(value, ", "))])).join("\n");

/** Lines for a POSIX shell's `eval`. A list is one word with spaces. */
export const outputsShell = (outputs: Outputs): string =>
  known(outputs)
    .map(([name, value]) => `export ${variable(name)}=${quote(text(value, " "))}`)
    .join("\n");

/** "apiUrl" is TAP_API_URL. */
const variable = (name: string): string => `TAP_${name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase()}`;

/** Within single quotes a shell changes nothing. */
const quote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

/** `tap outputs --json` */
export const outputsJson = (environment: string, region: string, outputs: Outputs) => ({
  schema: 1,
  environment,
  region,
  outputs: Object.fromEntries(known(outputs)),
});
