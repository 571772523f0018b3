import { join } from "node:path";
import { InputError } from "../config/errors.ts";
import { loadSettingsFile, type SettingsFile } from "../config/file.ts";
import { environmentOf, resolveSettings } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import { type Clock, wallClock } from "../engine/clock.ts";
import type { StatePlace } from "../state/backend.ts";
import { type Binding, readPlace } from "../state/store.ts";
import { homeNamed, homeOf } from "./home.ts";
import type { EnvironmentRequest } from "./session.ts";

/** Where the local AWS lives, in the project's folder. */
export const localFolder = (dir: string): string => join(dir, ".tap", "local");

/** Where the databases live that stand in for the clusters of local environments. */
export const databasesFolder = (dir: string): string => join(localFolder(dir), "db");
/** One of them. */
export const databaseFolder = (dir: string, environment: string): string => join(databasesFolder(dir), environment);

/** An environment and everything that is configured about it. */
export interface ResolvedEnvironment {
  readonly settings: Settings;
  readonly file: SettingsFile;
  /** Its state and lock. */
  readonly place: StatePlace;
}

/**
 * Which environment is meant, and its settings. Reads the settings file and the state; asks nobody else.
 *
 * @throws {InputError} listing everything that is wrong
 * @throws {StateError} when the state is damaged, from a newer tap, or cannot be read
 */
export async function resolveEnvironment(
  request: EnvironmentRequest,
  clock: Clock = wallClock,
): Promise<ResolvedEnvironment> {
  const file = await fileOf(request);
  const place = await placeOf(request, file, clock);
  const recorded = await readPlace(place);
  return { settings: settingsWith(request, file, recorded), file, place };
}

/** The settings file of a request, read unless it was before. @throws {InputError} */
export const fileOf = async ({ dir, file }: Pick<EnvironmentRequest, "dir" | "file">): Promise<SettingsFile> =>
  file ?? (await loadSettingsFile(dir));

/** The settings, with what the state records of them, if there is one. @throws {InputError} */
export const settingsWith = (
  request: EnvironmentRequest,
  file: SettingsFile,
  recorded: Pick<Binding, "region" | "settingsOf"> | undefined,
): Settings => resolveSettings({ ...request, file, ...(recorded === undefined ? {} : { recorded }) });

/**
 * The settings, with what a state file in the project's folder has recorded. A state in S3 is not read: that would take
 * a call, and permission to make it. Where it alone knows the environment or its region, the user has to name them.
 */
export async function settingsWithoutAws(request: EnvironmentRequest): Promise<Settings> {
  const file = await fileOf(request);
  const { state = request.state } = resolveSettings({ ...request, file, recorded: {} });
  if (state === undefined) return (await resolveEnvironment({ ...request, file })).settings;
  return { ...resolveSettings({ ...request, file }), state: request.state ?? state };
}

/** The state and lock of the environment that is meant, whatever its settings. @throws {InputError} */
export async function placeOf(request: EnvironmentRequest, file: SettingsFile, clock: Clock): Promise<StatePlace> {
  // First, so that a request that names no environment is refused as such.
  const environment = environmentOf({ ...request, file });
  return (await homeOf(request, file, clock)).of(environment);
}

/** Whether the user has named one environment. */
export const isNamed = ({ env, suffix, variables }: Omit<EnvironmentRequest, "dir" | "local">): boolean =>
  env !== undefined || suffix !== undefined || Boolean(variables["ENVIRONMENT_SUFFIX"]);

/**
 * Every environment with a state or an entry in the settings file, as a request for it; on the local AWS, only the
 * former count. AWS_REGION says nothing about an environment whose region is recorded or configured.
 */
export async function knownEnvironments(
  request: EnvironmentRequest,
  clock: Clock = wallClock,
): Promise<readonly (EnvironmentRequest & { readonly suffix: string })[]> {
  const { dir, local, onCall, state, variables } = request;
  const file = await fileOf(request);
  const stated = await statedEnvironments(request, file, clock);
  const names = [...new Set([...(local ? [] : file.environments.keys()), ...stated])];
  const { ENVIRONMENT_SUFFIX: _, AWS_REGION: __, AWS_DEFAULT_REGION: ___, ...others } = variables;
  return names.map((suffix) => {
    const settled = stated.includes(suffix) || regionOf(file, suffix) !== undefined;
    const { ENVIRONMENT_SUFFIX: _, ...withRegion } = variables;
    const where = { ...(state === undefined ? {} : { state }), ...(onCall && { onCall }) };
    return { dir, file, local, suffix, ...where, variables: settled ? others : withRegion };
  });
}

/** The environments that have a state where theirs belongs. */
async function statedEnvironments(request: EnvironmentRequest, file: SettingsFile, clock: Clock): Promise<string[]> {
  const common = await homeNamed(request, file, clock);
  const found = new Map([[common.name, await common.environments()]]);
  const elsewhere = new Set<string>();
  const stated: string[] = [];
  for (const environment of request.local ? [] : file.environments.keys()) {
    const home = await homeNamed(request, file, clock, environment);
    if (home.name === common.name) continue;
    elsewhere.add(environment);
    const there = found.get(home.name) ?? (await home.environments());
    found.set(home.name, there);
    if (there.includes(environment)) stated.push(environment);
  }
  return [...(found.get(common.name) ?? []).filter((one) => !elsewhere.has(one)), ...stated];
}

const regionOf = (file: SettingsFile, suffix: string) => file.environments.get(suffix)?.region ?? file.defaults.region;

/** Refuses credentials of another account than the settings name. @throws {InputError} */
export function guardAccount(
  { settings, file }: Pick<ResolvedEnvironment, "settings" | "file">,
  account: string,
): void {
  if (settings.account === undefined || settings.account === account) return;
  const own = ["environments", settings.settingsOf, "account"];
  const inOwn = file.environments.get(settings.settingsOf)?.account !== undefined;
  const path = inOwn ? own : ["defaults", "account"];
  throw new InputError([
    {
      path: "AWS credentials",
      value: account,
      expected: `credentials of the account ${settings.account}, which ${path.join(".")} names`,
      source: file.source(path),
    },
  ]);
}
