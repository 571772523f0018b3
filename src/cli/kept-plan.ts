import { describe } from "../plan/differences.ts";
import { expiryOf } from "../plan/file.ts";
import type { PlanRecord } from "../plan/record.ts";
import type { Style } from "../report/style.ts";
import { count, sanitise, stamp, table } from "../report/text.ts";
import { whereText } from "../report/words.ts";

/** A plan that was kept in a file: what it would do, where, and how long it holds. */
export function keptPlanText(record: PlanRecord, now: number, style: Style): string {
  const { environment, region, account, local, tap, plannedAt, prune, fresh, resources } = record;
  const expiry = expiryOf(record);
  const changes = resources.filter(({ action }) => action !== "none");
  const rows = changes.map((resource) => [resource.node, resource.type, describe(resource)].map(sanitise));
  const still = resources.length - changes.length;
  return [
    style.strong(sanitise(`Plan for ${whereText({ environment, region, account, local })}`)),
    style.dim(sanitise(`made at ${plannedAt} by tap ${tap}; settings of ${record.settingsOf}`)),
    now > expiry
      ? style.bad(`It held until ${stamp(expiry)}: too old to be carried out.`)
      : `It holds until ${stamp(expiry)}.`,
    ...(prune ? ["What is left over is removed."] : []),
    ...(fresh ? ["The database starts empty."] : []),
    "",
    ...table(rows).map((line) => `  ${line.trimEnd()}`),
    ...(rows.length === 0 ? [] : [""]),
    `${count(changes.length, "resource")} with something to do; ${still} as they should be.`,
  ].join("\n");
}
