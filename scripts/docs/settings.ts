import { describeSettings } from "../../src/config/describe.ts";
import { noSettingsFile } from "../../src/config/file.ts";
import { PRESETS } from "../../src/config/presets.ts";
import { resolveSettings } from "../../src/config/resolve.ts";
import type { Settings } from "../../src/config/settings.ts";
import { fenced } from "./sections.ts";

/** The settings of a built-in environment, without a settings file. */
export const defaultsOf = (env: string): Settings => resolveSettings({ env, variables: {}, file: noSettingsFile });

/** Every setting that is not the same in dev, staging and prod, as a Markdown table. */
export function differencesTable(): string {
  const columns = PRESETS.map((preset) => new Map(leavesOf(defaultsOf(preset))));
  const paths = [...(columns[0]?.keys() ?? [])].filter((path) => !identity.has(path));
  const rows = paths
    .map((path) => [path, ...columns.map((column) => String(column.get(path)))])
    .filter(([, ...values]) => new Set(values).size > 1);
  return [["", ...PRESETS], ["---", ...PRESETS.map(() => "---")], ...rows.map(([path, ...v]) => [`\`${path}\``, ...v])]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** What `tap config --env dev` prints without a settings file. */
export const devDefaults = (): string => fenced("yaml", describeSettings(defaultsOf("dev")));

/** Which environment it is; no setting. */
const identity = new Set(["environment", "settingsOf", "preset"]);

function leavesOf(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const under = (key: string) => (path === "" ? key : `${path}.${key}`);
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, under(key)));
}
