import type { Examined } from "../doctor/check.ts";
import type { Style } from "./style.ts";
import { clean, count, pad } from "./text.ts";

/** What the doctor has found, a check a line, with the fix below it. */
export function doctorText(checks: readonly Examined[], style: Style): string {
  const names = Math.max(...checks.map(({ id }) => id.length));
  const paint = { ok: style.good, warning: style.warn, error: style.bad };
  const lines = checks.flatMap(({ id, status, what, fix }) => [
    `${paint[status](pad(status, 7))}  ${pad(id, names)}  ${clean(what)}`,
    ...(fix === undefined ? [] : [`${" ".repeat(9)}${style.note("→")} ${clean(fix)}`]),
  ]);
  const of = (status: Examined["status"]) => checks.filter((check) => check.status === status).length;
  return [...lines, "", `${count(of("error"), "error")}, ${count(of("warning"), "warning")}, ${of("ok")} ok`].join(
    "\n",
  );
}

/** The same, for scripts. */
export const doctorJson = (checks: readonly Examined[]) => ({
  schema: 1,
  checks: checks.map(({ id, status, what, fix }) => ({ id, status, what, ...(fix !== undefined && { fix }) })),
});
