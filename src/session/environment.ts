import { join } from "node:path";
import { InputError } from "../config/errors.ts";
import { loadSettingsFile, type SettingsFile } from "../config/file.ts";
import { environmentOf, resolveSettings } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import type { Place } from "../state/paths.ts";
import { listEnvironments, readState } from "../state/store.ts";
import type { EnvironmentRequest } from "./session.ts";

/** Where tap keeps its state, in the project's folder. */
export const stateFolder = (dir: string): string => join(dir, "state");

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
  readonly place: Place;
}

/**
 * Which environment is meant, and its settings. Reads the settings file and the state file; asks nobody else.
 *
 * @throws {InputError} listing everything that is wrong
 * @throws {StateError} when the state file is damaged or from a newer tap
 */
export async function resolveEnvironment(request: EnvironmentRequest): Promise<ResolvedEnvironment> {
  const file = await loadSettingsFile(request.dir);
  const place = placeOf(request, file);
  const recorded = await readState(place);
  const settings = resolveSettings({ ...request, file, ...(recorded === undefined ? {} : { recorded }) });
  return { settings, file, place };
}

/** Which environment's files are meant, whatever its settings. @throws {InputError} when none can be meant */
export function placeOf(request: EnvironmentRequest, file: SettingsFile): Place {
  return { dir: stateFolder(request.dir), environment: environmentOf({ ...request, file }), local: request.local };
}

/** Whether the user has named one environment. */
export const isNamed = ({ env, suffix, variables }: Omit<EnvironmentRequest, "dir" | "local">): boolean =>
  env !== undefined || suffix !== undefined || Boolean(variables["ENVIRONMENT_SUFFIX"]);

/**
 * Every environment with a state file or an entry in the settings file, as a request for it; on the local AWS, only the
 * former count. AWS_REGION says nothing about an environment whose region is recorded or configured.
 */
export async function knownEnvironments(
  request: EnvironmentRequest,
): Promise<readonly (EnvironmentRequest & { readonly suffix: string })[]> {
  const { dir, local, variables } = request;
  const file = await loadSettingsFile(dir);
  const stated = await listEnvironments(stateFolder(dir), local);
  const names = [...new Set([...(local ? [] : file.environments.keys()), ...stated])];
  const { ENVIRONMENT_SUFFIX: _, AWS_REGION: __, AWS_DEFAULT_REGION: ___, ...others } = variables;
  return names.map((suffix) => {
    const settled = stated.includes(suffix) || regionOf(file, suffix) !== undefined;
    const { ENVIRONMENT_SUFFIX: _, ...withRegion } = variables;
    return { dir, local, suffix, variables: settled ? others : withRegion };
  });
}

const regionOf = (file: SettingsFile, suffix: string) => file.environments.get(suffix)?.region ?? file.defaults.region;

/** Refuses credentials of another account than the settings name. @throws {InputError} */
export function guardAccount({ settings, file }: ResolvedEnvironment, account: string): void {
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
