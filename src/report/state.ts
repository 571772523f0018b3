import type { State } from "../state/schema.ts";
import type { Style } from "./style.ts";
import { clean, table } from "./text.ts";

/** A state as a table: what was made, what is being made or removed, and what was kept. */
export function stateText(state: State, name: string, style: Style): string {
  const { environment, region, account, serial, settingsOf } = state;
  const copy = settingsOf === undefined ? "" : `, with the settings of ${settingsOf}`;
  const resources = Object.entries(state.resources).map(([id, { type, name, id: awsId = "", intent }]) => {
    const begun = intent === undefined ? "" : `${doing[intent.action]} since ${new Date(intent.at).toISOString()}`;
    return [id, type, name, awsId, begun];
  });
  const retained = Object.entries(state.retained).map(([id, { type, id: awsId, reason, at }]) => [
    id,
    type,
    awsId,
    `${reason} (${new Date(at).toISOString()})`,
  ]);
  return [
    style.strong(`${environment} in ${region}, account ${account}${copy}`),
    style.dim(`${clean(name)}, version ${serial}`),
    ...section("Resources", resources, style),
    ...section("Kept", retained, style),
  ].join("\n");
}

const doing = { create: "being created", remove: "being removed" } as const;

function section(title: string, rows: readonly string[][], style: Style): string[] {
  if (rows.length === 0) return ["", `${title}: none`];
  return ["", style.strong(title), ...table(rows.map((row) => row.map(clean))).map((row) => `  ${row.trimEnd()}`)];
}
