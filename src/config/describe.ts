import { stringify } from "yaml";
import type { Settings } from "./settings.ts";

/**
 * The settings as YAML, each value spelled out. It is a settings file itself: saved as `tap.yaml`, it resolves to the
 * same settings.
 */
export function describeSettings({ environment, settingsOf: _, ...settings }: Settings): string {
  return stringify({ environments: { [environment]: settings } });
}
