import { resolve } from "node:path";
import { InputError, type Problem } from "../config/errors.ts";
import type { SettingsFile } from "../config/file.ts";
import type { Difference } from "../plan/differences.ts";
import { readPlan, requireWritable } from "../plan/file.ts";
import type { PlanRecord } from "../plan/record.ts";
import type { Style } from "../report/style.ts";
import { clean } from "../report/text.ts";
import { resolveEnvironment } from "../session/environment.ts";
import type { UpOptions } from "./commands/up.ts";
import { requestOf } from "./options.ts";
import type { World } from "./world.ts";

/** A plan that was kept in a file. */
export interface Kept {
  /** How messages call the file. */
  readonly name: string;
  readonly record: PlanRecord;
}

/** An `up` whose files are known to be usable. */
export interface Prepared {
  readonly options: UpOptions;
  /** The plan to be carried out. */
  readonly kept?: Kept;
  /** The settings file that it was compared with. */
  readonly file?: SettingsFile;
  /** Where the plan is to be written. */
  readonly out?: { readonly name: string; readonly path: string };
}

/**
 * Reads the plan that is to be carried out, and takes from it which environment is meant, as far as the options do not
 * say so. Having the plan is consent to it.
 *
 * @throws {InputError} when it cannot be read, or is of another environment than the options name; when there is no
 * place for a new one
 */
export async function prepare<Aws>(world: World<Aws>, options: UpOptions): Promise<Prepared> {
  const { plan, out } = options;
  if (out !== undefined) {
    const path = resolve(world.cwd, out);
    await requireWritable(path, "--out");
    return { options, out: { name: out, path } };
  }
  if (plan === undefined) return { options };
  const record = await readPlan(resolve(world.cwd, plan), plan);
  const isCopy = record.environment !== record.settingsOf;
  const filled: UpOptions = {
    env: record.settingsOf,
    ...(isCopy ? { suffix: record.environment } : {}),
    region: record.region,
    ...(record.local ? { local: true } : {}),
    ...options,
    ...(record.prune ? { prune: true } : {}),
    ...(record.fresh ? { fresh: true } : {}),
    yes: true,
  };
  const { settings, file } = await resolveEnvironment(requestOf(world, filled), world.clock);
  const { local = false } = filled;
  requireSame(plan, record, { ...settings, local });
  return { options: filled, kept: { name: plan, record }, file };
}

/** Refuses a plan that is of somewhere else. @throws {InputError} */
export function requireSame(name: string, kept: PlanRecord, meant: Partial<PlanRecord>): void {
  const problems = (["environment", "settingsOf", "region", "local", "account"] as const).flatMap((path): Problem[] => {
    const expected = meant[path];
    if (expected === undefined || expected === kept[path]) return [];
    return [{ path, value: kept[path], expected: `${expected}, which is meant`, source: name }];
  });
  if (problems.length > 0) throw new InputError(problems);
}

/** How many differences people are told: of a plan that was carried out already, everything is different. */
const shown = 15;

/** Why a plan is not carried out, and what to do. */
export function outdatedText({ name, record }: Kept, found: readonly Difference[], style: Style): string {
  const { environment, settingsOf, local, plannedAt, prune, fresh } = record;
  const copy = environment === settingsOf ? "" : ` --suffix ${environment}`;
  const flags = [copy, local ? " --local" : "", prune ? " --prune" : "", fresh ? " --fresh" : ""].join("");
  const again = `tap plan --env ${settingsOf}${flags} --out ${name}   makes a new one`;
  return [
    style.bad(`The plan in ${clean(name)}, made at ${plannedAt}, does not fit any more. Nothing was changed.`),
    ...found.slice(0, shown).map(({ node, text }) => {
      const what = node === undefined ? "" : `${style.strong(clean(node))}: `;
      return `  ${style.bad("≠")} ${what}${clean(text)}`;
    }),
    ...(found.length > shown ? [`  and ${found.length - shown} more, which --json names`] : []),
    `${style.note("→")} ${clean(again)}`,
  ].join("\n");
}
