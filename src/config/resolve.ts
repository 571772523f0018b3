import { type Conflict, checkSettings } from "./check.ts";
import { formatCidr, parseCidr } from "./cidr.ts";
import { PRESET_SETTINGS } from "./environments.ts";
import { InputError, type Problem } from "./errors.ts";
import { formatPath, type Path, type SettingsFile } from "./file.ts";
import { nearest } from "./nearest.ts";
import { DEFAULT_REGION, isRegion, REGION_LIST, REGIONS, type RegionName } from "./regions.ts";
import type { Overrides } from "./schema.ts";
import { isPreset, type NetworkSettings, PRESETS, type Preset, type Settings } from "./settings.ts";
import { suffixExpectation } from "./suffix.ts";

/** What the user said on the command line and in the shell. */
export interface Request {
  /** `--env`: whose settings. */
  readonly env?: string;
  /** `--suffix`: another copy on them. */
  readonly suffix?: string;
  /** `--region` */
  readonly region?: string;
  /** Of these, ENVIRONMENT_SUFFIX, AWS_REGION and AWS_DEFAULT_REGION are honoured. Empty counts as not set. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly file: SettingsFile;
  /**
   * What the environment's state file says about an earlier `up`. It makes an environment known that is in no settings
   * file, and says what to use where neither the user nor the file says it.
   */
  readonly recorded?: { readonly settingsOf?: string; readonly region?: string };
}

/** Names of the environments whose settings are known: the built-in ones and those of the file. */
export function environmentsWithSettings(file: SettingsFile): string[] {
  return [...new Set([...PRESETS, ...file.environments.keys()])];
}

/**
 * Which environment is meant: `--suffix`, else ENVIRONMENT_SUFFIX, else `--env`.
 *
 * @throws InputError when none is given, or it cannot be a suffix
 */
export function environmentOf(request: Request): string {
  const { path, value } = named(request);
  if (value === undefined) {
    const expected = `an environment: ${environmentsWithSettings(request.file).join(", ")}`;
    throw new InputError([{ path, expected }]);
  }
  const expected = suffixExpectation(value);
  if (expected !== undefined) throw new InputError([{ path, value, expected }]);
  return value;
}

function named({ env, suffix, variables }: Request): { path: string; value: string | undefined } {
  if (suffix !== undefined) return { path: "--suffix", value: suffix };
  const variable = variables["ENVIRONMENT_SUFFIX"];
  return variable ? { path: "ENVIRONMENT_SUFFIX", value: variable } : { path: "--env", value: env };
}

/**
 * The complete settings of one environment. Flags win over variables, these over the settings file, that over what was
 * recorded, and that over the defaults.
 *
 * @throws InputError listing everything that is wrong
 */
export function resolveSettings(request: Request): Settings {
  const { file } = request;
  const environment = environmentOf(request);
  const settingsOf = settingsSource(request, environment);
  const own: Overrides = file.environments.get(settingsOf) ?? {};
  // The file's check has made sure that one of the three applies.
  const preset: Preset = isPreset(settingsOf) ? settingsOf : (own.preset ?? file.defaults.preset ?? "dev");
  const region = chooseRegion(request, own);
  const base = PRESET_SETTINGS[preset];
  const { defaults } = file;
  const layers = { ...defaults, ...own };
  const throttle = { ...base.api.throttle, ...defaults.api?.throttle, ...own.api?.throttle };
  const settings: Settings = {
    environment,
    settingsOf,
    preset,
    region,
    ...(layers.account === undefined ? {} : { account: layers.account }),
    ...(layers.profile === undefined ? {} : { profile: layers.profile }),
    ...(layers.roleArn === undefined ? {} : { roleArn: layers.roleArn }),
    ...(layers.state === undefined ? {} : { state: layers.state }),
    data: layers.data ?? base.data,
    network: network(region, { ...base.network, ...defaults.network, ...own.network }),
    encryption: { ...base.encryption, ...defaults.encryption, ...own.encryption },
    artifacts: { ...base.artifacts, ...defaults.artifacts, ...own.artifacts },
    logs: { ...base.logs, ...defaults.logs, ...own.logs },
    database: { ...base.database, ...defaults.database, ...own.database },
    functions: { ...base.functions, ...defaults.functions, ...own.functions },
    api: { ...base.api, ...defaults.api, ...own.api, throttle },
    ...domain(request, settingsOf === environment, settingsOf, own),
  };
  const problems = checkSettings(settings).map((problem) => located(file, settingsOf, own, problem));
  if (problems.length > 0) throw new InputError(problems);
  return settings;
}

/** The environment whose settings apply to `environment`. */
function settingsSource(request: Request, environment: string): string {
  const { env, file, recorded } = request;
  const known = environmentsWithSettings(file);
  if (env !== undefined && env !== environment) {
    if (!known.includes(env)) throw unknownEnvironment(env, known);
    // Such a copy would be run, and taken down, by settings that are not its own.
    if (known.includes(environment)) {
      const expected = `${environment}, which ${named(request).path} names and which has settings of its own`;
      throw new InputError([{ path: "--env", value: env, expected }]);
    }
    return env;
  }
  if (known.includes(environment)) return environment;
  if (env !== undefined && recorded === undefined) throw unknownEnvironment(env, known);
  const earlier = recorded?.settingsOf ?? "dev";
  if (!known.includes(earlier)) {
    const expected = `the environment whose settings ${environment} uses: ${earlier}, which it was made with, is not in the settings file`;
    throw new InputError([{ path: "--env", expected }]);
  }
  return earlier;
}

function unknownEnvironment(env: string, known: readonly string[]): InputError {
  const guess = nearest(env, known);
  const hint = guess === undefined ? "" : ` (did you mean ${guess}?)`;
  return new InputError([{ path: "--env", value: env, expected: `one of ${known.join(", ")}${hint}` }]);
}

function chooseRegion({ region, variables, file, recorded }: Request, own: Overrides): RegionName {
  const said = [
    { path: "--region", value: region },
    { path: "AWS_REGION", value: variables["AWS_REGION"] || undefined },
    { path: "AWS_DEFAULT_REGION", value: variables["AWS_DEFAULT_REGION"] || undefined },
    { path: "region", value: own.region ?? file.defaults.region },
    { path: "region in the state file", value: recorded?.region },
  ].find(({ value }) => value !== undefined);
  const { path, value = DEFAULT_REGION } = said ?? { path: "region" };
  if (!isRegion(value)) throw new InputError([{ path, value, expected: `one of ${REGION_LIST}` }]);
  return value;
}

function network(
  region: RegionName,
  given: NonNullable<Overrides["network"]> & Pick<NetworkSettings, "natGateways">,
): NetworkSettings {
  const cidr = given.cidr ?? REGIONS[region].cidr;
  const first = parseCidr(cidr)?.first ?? 0;
  const block = (third: number) => formatCidr({ first: first + third * 256, bits: 24 });
  const [zoneA, zoneB] = REGIONS[region].zones;
  const [publicA, publicB] = given.publicSubnets ?? [{}, {}];
  const [privateA, privateB] = given.privateSubnets ?? [{}, {}];
  const a = publicA.zone ?? `${region}${zoneA}`;
  const b = publicB.zone ?? `${region}${zoneB}`;
  return {
    cidr,
    publicSubnets: [
      { zone: a, cidr: publicA.cidr ?? block(0) },
      { zone: b, cidr: publicB.cidr ?? block(1) },
    ],
    privateSubnets: [
      { zone: privateA.zone ?? a, cidr: privateA.cidr ?? block(10) },
      { zone: privateB.zone ?? b, cidr: privateB.cidr ?? block(11) },
    ],
    natGateways: given.natGateways,
  };
}

function domain({ file }: Request, isOwn: boolean, settingsOf: string, own: Overrides): Pick<Settings, "domain"> {
  const { name, zone, hostedZoneId } = { ...file.defaults.domain, ...own.domain };
  // A host name leads to one API only, so a copy is made without it.
  if (!isOwn || (name === undefined && zone === undefined && hostedZoneId === undefined)) return {};
  if (name === undefined || zone === undefined) {
    const path = ["environments", settingsOf, "domain", name === undefined ? "name" : "zone"];
    const expected = name === undefined ? "the API's host name" : `the zone that ${name} is in`;
    throw new InputError([{ path: formatPath(path), expected, source: file.source(path) }]);
  }
  return { domain: { name, zone, ...(hostedZoneId === undefined ? {} : { hostedZoneId }) } };
}

/** Puts a problem where its value was written; a derived value stays with the environment, where it can be set. */
function located(file: SettingsFile, settingsOf: string, own: Overrides, { at, ...problem }: Conflict): Problem {
  const inDefaults = !has(own, at) && has(file.defaults, at);
  const path = inDefaults ? ["defaults", ...at] : ["environments", settingsOf, ...at];
  return { ...problem, path: formatPath(path), source: file.source(path) };
}

function has(overrides: Overrides, path: Path): boolean {
  let value: unknown = overrides;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
    value = Reflect.get(value, step);
  }
  return true;
}
