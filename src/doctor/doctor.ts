import { connect } from "../aws/aws.ts";
import { Shares } from "../aws/shares.ts";
import { InputError } from "../config/errors.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import { type ResolveNs, resolvePublicNs } from "../resources/route53/delegation.ts";
import { userCredentials } from "../session/credentials.ts";
import { type Environment, findEnvironment, localFolder, settingsWith } from "../session/environment.ts";
import { stateFolder } from "../session/home.ts";
import type { EnvironmentRequest } from "../session/session.ts";
import { folderOf } from "../state/paths.ts";
import { type Check, type Examined, examineAll } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { askCaller, credentialsCheck } from "./credentials.ts";
import { databaseChecks } from "./database.ts";
import { domainCheck } from "./domain.ts";
import { localChecks } from "./local.ts";
import { networkChecks } from "./network.ts";
import { nodeCheck } from "./node.ts";
import { permissionsCheck } from "./permissions.ts";
import { regionCheck } from "./region.ts";
import { serverTime } from "./server-time.ts";
import { stateChecks } from "./state.ts";
import type { AwsSubject } from "./subject.ts";

/** What the doctor needs that is not the user's to say. */
export interface DoctorOptions {
  readonly clock: Clock;
  readonly resolveNs?: ResolveNs;
  /** The time of an answer of AWS's; asked over the network unless given. */
  readonly serverTime?: () => Promise<Date>;
}

/** Everything that was examined for one environment, in a fixed order. */
export interface Diagnosis {
  readonly settings: Settings;
  readonly checks: readonly Examined[];
}

/**
 * Looks at everything that a run needs: this machine, the account, the place of the state. Changes nothing.
 *
 * @throws {InputError} when the request or the settings file is wrong
 */
export async function diagnose(request: EnvironmentRequest, options: DoctorOptions): Promise<Diagnosis> {
  const { dir, local, state, variables } = request;
  const environment = await findEnvironment(request, options.clock);
  const settings = await settingsOf(environment);
  const inS3 = !local && (state ?? settings.state) !== undefined;
  const named = state === undefined ? "" : ` --state ${state}`;
  const checks: Check[] = [
    nodeCheck(process.versions.node),
    ...(local
      ? localChecks({ dir: localFolder(dir), path: variables["PATH"] ?? "" })
      : awsChecks(await awsSubject(settings, environment, options))),
    ...stateChecks({
      environment,
      ...(inS3 ? {} : { folder: folderOf({ dir: stateFolder(dir), local }) }),
      unlock: `tap unlock --env ${environment.name}${local ? " --local" : named}`,
    }),
  ];
  return { settings, checks: await examineAll(checks) };
}

/** The settings, with what the state has recorded if it can be read: whether it can is a check of its own. */
const settingsOf = (environment: Environment): Promise<Settings> =>
  environment.settings().catch((error: unknown) => {
    if (error instanceof InputError) throw error;
    return settingsWith(environment, {});
  });

const awsChecks = (subject: AwsSubject): Check[] => [
  credentialsCheck(subject),
  clockCheck(subject),
  regionCheck(subject),
  permissionsCheck(subject),
  ...networkChecks(subject),
  ...databaseChecks(subject),
  domainCheck(subject),
];

async function awsSubject(
  settings: Settings,
  { file, request: { variables, onCall } }: Environment,
  { clock, resolveNs = resolvePublicNs, serverTime: asked }: DoctorOptions,
): Promise<AwsSubject> {
  const { region } = settings;
  const credentials = await userCredentials(settings, clock);
  // IAM allows few simulations at once.
  const aws = connect({
    region,
    clock,
    credentials,
    share: new Shares(clock).of("", region, 1),
    ...(onCall && { record: onCall }),
  }).since(clock.now());
  const endpoint =
    variables["AWS_ENDPOINT_URL_STS"] || variables["AWS_ENDPOINT_URL"] || `https://sts.${region}.amazonaws.com`;
  let caller: ReturnType<AwsSubject["caller"]> | undefined;
  return {
    settings,
    file,
    clock,
    aws,
    caller: () => {
      caller ??= askCaller(aws, credentials);
      return caller;
    },
    serverTime: asked ?? (() => serverTime(new URL(endpoint))),
    resolveNs,
  };
}
