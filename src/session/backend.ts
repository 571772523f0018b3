import { join } from "node:path";
import { InputError } from "../config/errors.ts";
import type { SettingsFile } from "../config/file.ts";
import { parseS3Location, S3_LOCATION } from "../config/location.ts";
import { name } from "../config/names.ts";
import { DEFAULT_REGION } from "../config/regions.ts";
import { resolveSettings } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import type { StateBackend } from "../state/backend.ts";
import { folderBackend } from "../state/file.ts";
import { userCredentials } from "./credentials.ts";
import type { EnvironmentRequest } from "./session.ts";

/** Where tap keeps its state, in the project's folder. */
export const stateFolder = (dir: string): string => join(dir, "state");

/**
 * Where the state of the environment that is meant is kept: on the local AWS always in the project's folder, else
 * where `--state` says, or the settings file. A place in S3 is reached with the environment's own profile and role.
 *
 * What only the state records is not known before it is read: a copy whose environment is not named as well (`--env`)
 * is looked for where dev's state is.
 *
 * @throws {InputError}
 */
export async function backendOf(request: EnvironmentRequest, file: SettingsFile, clock: Clock): Promise<StateBackend> {
  const inFolder = request.state === undefined && !mentionsState(file);
  if (request.local || inFolder) return folder(request);
  return backendAt(request, resolveSettings({ ...request, file, recorded: {} }), clock);
}

/**
 * The same for an environment that nobody has named on the command line.
 *
 * @param environment its name in the settings file; without one, for what that does not mention
 */
export function backendNamed(
  request: EnvironmentRequest,
  file: SettingsFile,
  clock: Clock,
  environment?: string,
): Promise<StateBackend> {
  const own = environment === undefined ? undefined : file.environments.get(environment);
  const layers = { ...file.defaults, ...own };
  const { AWS_REGION, AWS_DEFAULT_REGION } = request.variables;
  const region = request.region || AWS_REGION || AWS_DEFAULT_REGION || layers.region || DEFAULT_REGION;
  return backendAt(request, { ...layers, environment: environment ?? "state", region }, clock);
}

/** What a place in S3 is found and reached by. */
interface Reach extends Pick<Settings, "environment" | "profile" | "roleArn" | "state"> {
  /** Where to ask for the bucket first. */
  readonly region: string;
}

async function backendAt(request: EnvironmentRequest, reach: Reach, clock: Clock): Promise<StateBackend> {
  const place = request.state ?? reach.state;
  if (request.local || place === undefined) return folder(request);
  const location = parseS3Location(place);
  const path = request.state === undefined ? "state" : "--state";
  if (location === undefined) throw new InputError([{ path, value: place, expected: S3_LOCATION }]);
  if (location.bucket.startsWith(name("artifacts", ""))) {
    throw new InputError([{ path, value: place, expected: "a bucket that `tap down` does not empty and remove" }]);
  }
  // The SDK costs start-up time, which a project without shared state need not pay.
  const { s3Backend } = await import("../state/s3/backend.ts");
  const credentials = await userCredentials(reach, clock);
  const { region } = reach;
  const { onCall, signal } = request;
  return s3Backend({
    location,
    region,
    credentials,
    clock,
    ...(onCall && { record: onCall }),
    ...(signal && { signal }),
  });
}

const folder = ({ dir, local }: EnvironmentRequest): StateBackend => folderBackend(stateFolder(dir), local);

const mentionsState = ({ defaults, environments }: SettingsFile): boolean =>
  [defaults, ...environments.values()].some(({ state }) => state !== undefined);
