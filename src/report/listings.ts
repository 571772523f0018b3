import type { State } from "../state/schema.ts";
import type { Style } from "./style.ts";
import { count, pad, sanitise, table, wrap } from "./text.ts";

/** What the platform offers, by name; undefined where it is not known. */
type Outputs = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The outputs that are known, by name. */
export const known = (outputs: Outputs): readonly (readonly [string, string | readonly string[]])[] =>
  Object.entries(outputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

const text = (value: string | readonly string[], between: string): string =>
  typeof value === "string" ? value : value.join(between);

/** One output a line. */
export const outputsText = (outputs: Outputs): string =>
  table(known(outputs).map(([name, value]) => [name, sanitise(text(value, ", "))])).join("\n");

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

/**
 * A state as a table: what was made, what is being made or removed, and what was kept.
 *
 * @param outside the nodes that are no resources of the environment's: look-ups, and settings of the whole account
 */
export function stateText(state: State, name: string, style: Style, outside: ReadonlySet<string>): string {
  const { environment, region, account, serial, settingsOf } = state;
  const copy = settingsOf === undefined ? "" : `, with the settings of ${settingsOf}`;
  const rows = Object.entries(state.resources).map(([id, { type, name, id: awsId = "", intent }]) => {
    const begun = intent === undefined ? "" : `${doing[intent.action]} since ${new Date(intent.at).toISOString()}`;
    return { id, cells: [id, type, name, awsId, begun] };
  });
  const cells = (some: typeof rows) => some.map((row) => row.cells);
  const others = cells(rows.filter(({ id }) => outside.has(id)));
  const resources = cells(rows.filter(({ id }) => !outside.has(id)));
  const retained = Object.entries(state.retained).map(([id, { type, id: awsId, reason, at }]) => [
    id,
    type,
    awsId,
    `${reason} (${new Date(at).toISOString()})`,
  ]);
  return [
    style.strong(`${environment} in ${region}, account ${account}${copy}`),
    style.dim(`${sanitise(name)}, version ${serial}`),
    ...section("Resources", resources, style),
    ...(others.length === 0 ? [] : section("Looked up, or for the whole account", others, style)),
    ...section("Kept", retained, style),
  ].join("\n");
}

const doing = { create: "being created", remove: "being removed" } as const;

function section(title: string, rows: readonly string[][], style: Style): string[] {
  if (rows.length === 0) return ["", `${title}: none`];
  return [
    "",
    `${style.strong(title)}: ${rows.length}`,
    ...table(rows.map((row) => row.map(sanitise))).map((row) => `  ${row.trimEnd()}`),
  ];
}

/** What a check of the doctor has found. */
interface Finding {
  readonly id: string;
  readonly status: "ok" | "warning" | "error";
  readonly what: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** What the doctor has found, a check a line, with the fix below it; longer ones go on in their column. */
export function doctorText(
  checks: readonly Finding[],
  style: Style,
  columns: number = Number.POSITIVE_INFINITY,
): string {
  const names = Math.max(...checks.map(({ id }) => id.length));
  const beside = 7 + 2 + names + 2;
  const paint = { ok: style.good, warning: style.warn, error: style.bad };
  const lines = checks.flatMap(({ id, status, what, fix }) => [
    `${paint[status](pad(status, 7))}  ${pad(id, names)}  ${wrap(sanitise(what), columns - beside).join(`\n${" ".repeat(beside)}`)}`,
    ...(fix === undefined ? [] : [`${" ".repeat(9)}${style.note("→")} ${sanitise(fix)}`]),
  ]);
  const of = (status: Finding["status"]) => checks.filter((check) => check.status === status).length;
  return [...lines, "", `${count(of("error"), "error")}, ${count(of("warning"), "warning")}, ${of("ok")} ok`].join(
    "\n",
  );
}

/** The same, for scripts. */
export const doctorJson = (checks: readonly Finding[]) => ({
  schema: 1,
  checks: checks.map(({ id, status, what, fix }) => ({ id, status, what, ...(fix !== undefined && { fix }) })),
});
