import { join } from "node:path";
import { InputError, type Problem } from "../config/errors.ts";
import type { SettingsFile } from "../config/file.ts";
import { loadSettingsFile } from "../config/load.ts";
import { environmentOf, type Request, resolveSettings } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import type { StateSlot } from "../state/backend.ts";
import type { State } from "../state/schema.ts";
import { readSlot } from "../state/store.ts";
import { backendNamed, backendOf } from "./backend.ts";
import type { EnvironmentRequest } from "./session.ts";

/** Where the local AWS lives, in the project's folder. */
export const localFolder = (dir: string): string => join(dir, ".tap", "local");

/** Where the databases live that stand in for the clusters of local environments. */
export const databasesFolder = (dir: string): string => join(localFolder(dir), "db");
/** One of them. */
export const databaseFolder = (dir: string, environment: string): string => join(databasesFolder(dir), environment);

/**
 * The environment that a request means. The settings file has been read; the rest is read when it is first asked for,
 * and once: what was checked is what is used. Only what a change writes is read again, under its lock.
 */
export interface Environment {
  readonly request: EnvironmentRequest;
  readonly file: SettingsFile;
  /** Its suffix. */
  readonly name: string;
  /** Its state and lock. @throws {InputError} */
  place(): Promise<StateSlot>;
  /**
   * What its state says; undefined when there is none.
   *
   * @throws {StateError} when it is damaged, from a newer tap, or cannot be read
   */
  recorded(): Promise<State | undefined>;
  /** @throws {InputError} listing everything that is wrong, and what `recorded` throws */
  settings(): Promise<Settings>;
}

/** @throws {InputError} when the settings file is wrong, or the request names no environment */
export const findEnvironment = async (request: EnvironmentRequest, clock: Clock): Promise<Environment> =>
  environmentIn(await loadSettingsFile(request.dir), request, clock);

function environmentIn(file: SettingsFile, request: EnvironmentRequest, clock: Clock): Environment {
  const name = environmentOf({ ...request, file });
  const place = once(async () => (await backendOf(request, file, clock)).of(name));
  const recorded = once(async () => readSlot(await place()));
  const settings = once(async () => settingsWith({ request, file }, await recorded()));
  return { request, file, name, place, recorded, settings };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The settings, with what a state records of them, if there is one. @throws {InputError} */
export const settingsWith = (
  { request, file }: Pick<Environment, "request" | "file">,
  recorded: Request["recorded"],
): Settings => resolveSettings({ ...request, file, ...(recorded === undefined ? {} : { recorded }) });

/**
 * The settings, with what a state file in the project's folder has recorded. A state in S3 is not read: that would take
 * a call, and permission to make it. Where it alone knows the environment or its region, the user has to name them.
 */
export async function settingsWithoutAws({ request, file, settings }: Environment): Promise<Settings> {
  const { state = request.state } = settingsWith({ request, file }, {});
  if (state === undefined) return settings();
  return { ...settingsWith({ request, file }, undefined), state: request.state ?? state };
}

/**
 * The environments that a request names, sorted: `--env dev,staging` means both.
 *
 * @throws {InputError} when one of several is named twice, is not known, or its settings are wrong; and when there is a
 *   suffix, which only one can have
 */
export async function namedEnvironments(
  request: EnvironmentRequest,
  clock: Clock,
): Promise<readonly [Environment, ...Environment[]]> {
  const file = await loadSettingsFile(request.dir);
  const names = (request.env ?? "").split(",").map((env) => env.trim());
  if (names.length === 1) return [environmentIn(file, request, clock)];

  const suffix = request.suffix ?? request.variables["ENVIRONMENT_SUFFIX"];
  const problems: Problem[] = [];
  if (suffix) {
    const path = request.suffix === undefined ? "ENVIRONMENT_SUFFIX" : "--suffix";
    problems.push({ path, value: suffix, expected: "none, since --env names several environments" });
  }
  if (new Set(names).size < names.length) {
    problems.push({ path: "--env", value: request.env, expected: "each environment once" });
  }
  if (problems.length > 0) throw new InputError(problems);
  const [first = "", ...others] = names.sort();
  const one = (env: string) => environmentIn(file, { ...request, env }, clock);
  const all = [one(first), ...others.map(one)] as const;
  for (const each of all) await each.settings();
  return all;
}

/**
 * Every environment with a state or an entry in the settings file, and those with a state on the local AWS. AWS_REGION
 * says nothing about an environment whose region is recorded or configured.
 *
 * @param request names none; when it is local, only the local AWS is looked at
 */
export async function knownEnvironments(request: EnvironmentRequest, clock: Clock): Promise<Environment[]> {
  const file = await loadSettingsFile(request.dir);
  const { state: _, ...here } = request;
  const places = [...(request.local ? [] : [request]), { ...here, local: true }];
  const all = await Promise.all(places.map((place) => knownIn(place, file, clock)));
  return all.flat();
}

async function knownIn(request: EnvironmentRequest, file: SettingsFile, clock: Clock): Promise<Environment[]> {
  const stated = await statedEnvironments(request, file, clock);
  const names = [...new Set([...(request.local ? [] : file.environments.keys()), ...stated])];
  const { ENVIRONMENT_SUFFIX: _, ...variables } = request.variables;
  const { AWS_REGION: __, AWS_DEFAULT_REGION: ___, ...withoutRegion } = variables;
  return names.map((suffix) => {
    const settled = stated.includes(suffix) || regionOf(file, suffix) !== undefined;
    return environmentIn(file, { ...request, suffix, variables: settled ? withoutRegion : variables }, clock);
  });
}

/** The environments that have a state where theirs belongs. */
async function statedEnvironments(request: EnvironmentRequest, file: SettingsFile, clock: Clock): Promise<string[]> {
  const common = await backendNamed(request, file, clock);
  const found = new Map([[common.name, await common.environments()]]);
  const elsewhere = new Set<string>();
  const stated: string[] = [];
  for (const environment of request.local ? [] : file.environments.keys()) {
    const backend = await backendNamed(request, file, clock, environment);
    if (backend.name === common.name) continue;
    elsewhere.add(environment);
    const there = found.get(backend.name) ?? (await backend.environments());
    found.set(backend.name, there);
    if (there.includes(environment)) stated.push(environment);
  }
  return [...(found.get(common.name) ?? []).filter((one) => !elsewhere.has(one)), ...stated];
}

const regionOf = (file: SettingsFile, suffix: string) => file.environments.get(suffix)?.region ?? file.defaults.region;

/** Refuses credentials of another account than the settings name. @throws {InputError} */
export function guardAccount(
  { settings, file }: { readonly settings: Settings; readonly file: SettingsFile },
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
