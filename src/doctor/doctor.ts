import type { AwsCredentialIdentityProvider } from "@smithy/types";
import { AccountLimits } from "../aws/account-limits.ts";
import { type Aws, connect } from "../aws/aws.ts";
import { InputError } from "../config/errors.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import { type ResolveNs, resolvePublicNs } from "../resources/route53/delegation.ts";
import { stateFolder } from "../session/backend.ts";
import { userCredentials } from "../session/credentials.ts";
import { type Environment, findEnvironment, localFolder, settingsWith } from "../session/environment.ts";
import { callerIdentity } from "../session/identity.ts";
import type { EnvironmentRequest } from "../session/session.ts";
import { folderOf } from "../state/paths.ts";
import { type Account, type Caller, clock, credentials, database, domain, region } from "./account.ts";
import { type Check, type Examined, examine, ok, warning } from "./check.ts";
import { localChecks } from "./local.ts";
import { permissions } from "./permissions.ts";
import { databaseQuota, elasticIps, natGateways, vpcs } from "./quotas.ts";
import { serverTime } from "./server-time.ts";
import { stateChecks } from "./state.ts";

/** Lines that get fixes for half a year only (https://github.com/nodejs/release). From 27 on, all are long-term. */
const shortLived = [23, 25];

/** The Node.js that tap runs on. One that is too old has been refused before (src/tap.ts). */
const nodeCheck: Check<unknown> = {
  id: "node",
  run: async () => {
    const { node } = process.versions;
    if (!shortLived.includes(Number(node.split(".")[0]))) return ok(`Node.js ${node}`);
    return warning(
      `Node.js ${node} gets no fixes any more`,
      "Install a line with long-term support: nvm install --lts",
    );
  },
};

/** For what makes sense only with credentials. */
const caller = (account: Account): Promise<string | undefined> =>
  account.caller.then(
    () => undefined,
    () => "AWS has not told who the credentials belong to",
  );

/** What is looked at in an AWS account, in the order of the report. */
const accountChecks: readonly Check<Account>[] = [
  { id: "credentials", run: credentials },
  { id: "clock", run: clock },
  { id: "region", needs: caller, run: region },
  { id: "permissions", needs: caller, run: permissions },
  { id: "vpcs", needs: caller, run: vpcs },
  { id: "elastic-ips", needs: caller, run: elasticIps },
  { id: "nat-gateways", needs: caller, run: natGateways },
  { id: "database", needs: caller, run: database },
  { id: "database-quota", needs: caller, run: databaseQuota },
  { id: "domain", needs: async (account) => account.settings.domain && caller(account), run: domain },
];

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
  const settings = await environment.settings().catch((error: unknown) => {
    if (error instanceof InputError) throw error;
    // That the state cannot be read is what its check says.
    return settingsWith(environment, {});
  });
  const inS3 = !local && (state ?? settings.state) !== undefined;
  const named = state === undefined ? "" : ` --state ${state}`;
  const examined = local
    ? examine([nodeCheck, ...localChecks], { dir: localFolder(dir), path: variables["PATH"] ?? "" })
    : examine([nodeCheck, ...accountChecks], await accountOf(settings, environment, options));
  const ofState = examine(stateChecks, {
    environment,
    ...(inS3 ? {} : { folder: folderOf({ dir: stateFolder(dir), local }) }),
    unlock: `tap unlock --env ${environment.name}${local ? " --local" : named}`,
  });
  return { settings, checks: (await Promise.all([examined, ofState])).flat() };
}

async function accountOf(
  settings: Settings,
  { file, request: { variables, onCall } }: Environment,
  { clock, resolveNs = resolvePublicNs, serverTime: asked }: DoctorOptions,
): Promise<Account> {
  const { region } = settings;
  const credentials = await userCredentials(settings, clock);
  // IAM allows few simulations at once.
  const share = new AccountLimits(clock).of("", region, 1);
  const aws = connect({ region, clock, credentials, share, ...(onCall && { record: onCall }) }).since(clock.now());
  const endpoint =
    variables["AWS_ENDPOINT_URL_STS"] || variables["AWS_ENDPOINT_URL"] || `https://sts.${region}.amazonaws.com`;
  return {
    settings,
    file,
    clock,
    aws,
    resolveNs,
    caller: callerOf(aws, credentials),
    serverTime: asked ?? (() => serverTime(new URL(endpoint))),
  };
}

/** Asks AWS who the credentials belong to. @throws {CredentialsError} */
async function callerOf(aws: Aws, credentials: AwsCredentialIdentityProvider): Promise<Caller> {
  const identity = await callerIdentity(aws);
  const { expiration } = await credentials();
  return { ...identity, ...(expiration && { expiration }) };
}
