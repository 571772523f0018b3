import { type Platform, platform } from "../../steps/index.ts";
import type { Settings } from "../config/settings.ts";

/**
 * The platform as the settings declare it, for looking at its graph: what AWS alone knows is made up, and nothing is to
 * be run on it.
 *
 * @param local as on the local AWS, without a database of this machine
 */
export const blueprint = (settings: Settings, { local = false } = {}): Platform =>
  platform(settings, {
    account: settings.account ?? "123456789012",
    region: settings.region,
    code: { sha256: "", read: () => Promise.reject(new Error("a blueprint has no code")) },
    ...(local ? { local: { endpoint: "http://127.0.0.1" } } : {}),
  });
