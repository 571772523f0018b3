import { type Conflict, checkSettings } from "./check.ts";
import { formatCidr, parseCidr } from "./cidr.ts";
import { InputError, type Problem } from "./errors.ts";
import { formatPath, type SettingsFile, valueAt } from "./file.ts";
import { nearest } from "./nearest.ts";
import { isPreset, PRESET_SETTINGS, PRESETS, type Preset } from "./presets.ts";
import { DEFAULT_REGION, isRegion, REGION_LIST, REGIONS, type RegionName } from "./regions.ts";
import type { Overrides } from "./schema.ts";
import { type Defaults, type Settings, WITHOUT_DEFAULT } from "./settings.ts";
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
  const { preset: _, region: __, domain: given, ...layered } = layersOf(PRESET_SETTINGS[preset], file.defaults, own);
  const settings: Settings = {
    environment,
    settingsOf,
    preset,
    region,
    ...Object.fromEntries(WITHOUT_DEFAULT.flatMap((key) => (key in layered ? [[key, layered[key]]] : []))),
    ...layered,
    network: network(region, layered.network),
    // A host name leads to one API only, so a copy is made without it.
    ...(settingsOf === environment && domain(file, settingsOf, given)),
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

/** A preset's settings, and over them those of the settings file. */
function layersOf(preset: Defaults, ...overrides: readonly Overrides[]): Defaults & Overrides {
  // Whatever layer a value is of, it is of the setting's type; and the preset has all that `Defaults` names.
  return overrides.reduce<unknown>(over, preset) as Defaults & Overrides;
}

/** Mappings are laid over each other field by field; anything else, lists too, replaces what is below it. */
function over(below: unknown, above: unknown): unknown {
  if (!isMapping(below) || !isMapping(above)) return above;
  const fields = Object.entries(above).map(([key, value]) => [key, over(below[key], value)]);
  return { ...below, ...Object.fromEntries(fields) };
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The network with the addresses that its region, or its range, gives it. */
function network(region: RegionName, given: (Defaults & Overrides)["network"]): Settings["network"] {
  const { cidr = REGIONS[region].cidr, publicSubnets = [{}, {}], privateSubnets = [{}, {}], ...rest } = given;
  const first = parseCidr(cidr)?.first ?? 0;
  const block = (third: number) => formatCidr({ first: first + third * 256, bits: 24 });
  const [zoneA, zoneB] = REGIONS[region].zones;
  const [publicA, publicB] = publicSubnets;
  const [privateA, privateB] = privateSubnets;
  const a = publicA.zone ?? `${region}${zoneA}`;
  const b = publicB.zone ?? `${region}${zoneB}`;
  return {
    cidr,
    publicSubnets: [
      { zone: a, cidr: block(0), ...publicA },
      { zone: b, cidr: block(1), ...publicB },
    ],
    privateSubnets: [
      { zone: a, cidr: block(10), ...privateA },
      { zone: b, cidr: block(11), ...privateB },
    ],
    ...rest,
  };
}

/** @throws InputError when only half of it is given */
function domain(file: SettingsFile, settingsOf: string, given: Overrides["domain"] = {}): Pick<Settings, "domain"> {
  const { name, zone, ...rest } = given;
  if (Object.keys(given).length === 0) return {};
  if (name === undefined || zone === undefined) {
    const path = ["environments", settingsOf, "domain", name === undefined ? "name" : "zone"];
    const expected = name === undefined ? "the API's host name" : `the zone that ${name} is in`;
    throw new InputError([{ path: formatPath(path), expected, source: file.source(path) }]);
  }
  return { domain: { name, zone, ...rest } };
}

/** Puts a problem where its value was written; a derived value stays with the environment, where it can be set. */
function located(file: SettingsFile, settingsOf: string, own: Overrides, { at, ...problem }: Conflict): Problem {
  const inDefaults = valueAt(own, at) === undefined && valueAt(file.defaults, at) !== undefined;
  const path = inDefaults ? ["defaults", ...at] : ["environments", settingsOf, ...at];
  return { ...problem, path: formatPath(path), source: file.source(path) };
}
