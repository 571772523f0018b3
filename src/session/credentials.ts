import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { answerWithin, NoAnswerError, type Patience, patient, silentAttempts } from "../aws/patience.ts";
import { givesCredentials, type Profiles, readProfiles } from "../aws/profiles.ts";
import { throughProxy } from "../aws/proxy.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import { type Asked, credentialsFailure, noProfile, silentContainer } from "./credentials-failure.ts";

/** What names the endpoint that gives a container its credentials; the first one counts. */
const containerVariables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
/** Fresh credentials are fetched this long before the present ones end, in milliseconds. */
const early = 5 * 60_000;
/** How soon it is tried again while the present ones hold, in milliseconds. */
const again = 30_000;

/**
 * The user's credentials: the profile that the settings name, or else whatever the SDK's usual search finds; with them,
 * the role that the settings name. One provider for all clients, so that SSO, a process or STS is asked once.
 *
 * @param notice told when fresh ones cannot be had while the present ones still hold
 */
export async function userCredentials(
  settings: Pick<Settings, "environment" | "profile" | "roleArn"> & { readonly region: string },
  clock: Clock,
  { connection, read }: Pick<Patience, "connection" | "read"> = patient,
  notice?: (text: string) => void,
): Promise<AwsCredentialIdentityProvider> {
  // Costs start-up time, which a run on the local AWS need not pay.
  const { fromIni, fromNodeProviderChain, fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
  const { environment, region, roleArn } = settings;
  // A request time-out only warns unless told to throw, and ends with the headers: from there on, silence counts.
  const limits = {
    connectionTimeout: connection,
    requestTimeout: read,
    throwOnRequestTimeout: true,
    socketTimeout: read,
  };
  const clientConfig = { requestHandler: throughProxy(limits) };
  const asked = await whose(settings.profile);
  const named = asked.profile === undefined ? {} : { profile: asked.profile };
  // The chain goes on to the next source when a profile fails, and forgets why: a profile that gives credentials is
  // asked alone.
  const source = asked.alone ? fromIni({ clientConfig, ...named }) : fromNodeProviderChain({ clientConfig, ...named });
  const own = asked.container === undefined ? source : answered(source, asked.container, clock, silentAttempts * read);
  const explained = (provider: () => Promise<AwsCredentialIdentity>, of: Asked) => () =>
    provider().catch((error: unknown) => {
      throw credentialsFailure(error, of);
    });
  const user = explained(own, asked);
  if (roleArn === undefined) return memoised(user, clock, notice);
  const assumed = fromTemporaryCredentials({
    masterCredentials: user,
    params: { RoleArn: roleArn, RoleSessionName: `tap-${environment}`.slice(0, 64) },
    clientConfig: { ...clientConfig, region },
  });
  return memoised(explained(assumed, { ...asked, roleArn }), clock, notice);
}

/**
 * Credentials that a container's endpoint may have to give, but not for ever: the SDK's provider for it gives its
 * handler a time-out that only warns, and takes no handler of ours (credential-provider-http, fromHttp).
 *
 * @param variable what names the endpoint
 * @param ms how long, in milliseconds
 * @throws {CredentialsError} when there is no answer by then
 */
const answered =
  (provider: AwsCredentialIdentityProvider, variable: string, clock: Clock, ms: number) =>
  (): Promise<AwsCredentialIdentity> =>
    answerWithin(clock, ms, { interrupted: ms }, () => provider()).catch((error: unknown) => {
      throw error instanceof NoAnswerError ? silentContainer(variable, error) : error;
    });

/** Whose credentials are asked for, and of whom. */
interface Sought extends Asked {
  /** Whether the profile alone is asked. */
  readonly alone: boolean;
  /**
   * The variable that names a container's endpoint, where that may be asked. Not with a profile that has a program or
   * a person to wait for.
   */
  readonly container: string | undefined;
}

/**
 * The profile that counts, and who is asked for its credentials.
 *
 * @throws {CredentialsError} when there is no such profile
 */
async function whose(fromSettings: string | undefined): Promise<Sought> {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const profile = fromSettings ?? (AWS_PROFILE || undefined);
  const profiles = await readProfiles();
  const found = profiles.byName.get(profile ?? "default");
  const gives = found !== undefined && givesCredentials(found);
  const alone = gives && (profile !== undefined || !(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY));
  const asksContainer = !alone || isContainers(profile ?? "default", profiles);
  const container = asksContainer ? containerVariables.find((variable) => process.env[variable]) : undefined;
  if (profile === undefined) return { alone, container };
  if (found === undefined) {
    throw noProfile(profile, fromSettings === undefined ? "AWS_PROFILE" : "the settings' `profile`", profiles);
  }
  return { profile, alone, container };
}

/** Whether a profile's credentials are a container's, by itself or by the profiles that it gets them from. */
function isContainers(profile: string, { byName }: Profiles): boolean {
  const seen = new Set<string>();
  let at: string | undefined = profile;
  while (at !== undefined && !seen.has(at)) {
    if (byName.get(at)?.["credential_source"] === "EcsContainer") return true;
    seen.add(at);
    at = byName.get(at)?.["source_profile"];
  }
  return false;
}

/**
 * Remembers credentials until shortly before they end; those who ask at the same time share one fetch. As long as the
 * present ones hold, a fetch that fails is no failure.
 */
export function memoised(
  fetch: () => Promise<AwsCredentialIdentity>,
  clock: Clock,
  notice?: (text: string) => void,
): AwsCredentialIdentityProvider {
  let present: AwsCredentialIdentity | undefined;
  let loading: Promise<AwsCredentialIdentity> | undefined;
  let notBefore = 0;
  let told = false;
  const left = (known: AwsCredentialIdentity) =>
    known.expiration === undefined ? Number.POSITIVE_INFINITY : known.expiration.getTime() - clock.now();
  const load = async () => {
    try {
      present = await fetch();
      told = false;
      return present;
    } catch (error) {
      if (present === undefined || left(present) <= 0) throw error;
      notBefore = clock.now() + again;
      const why = error instanceof Error ? error.message : String(error);
      if (!told) notice?.(`fresh credentials cannot be had (${why}): the present ones hold until ${until(present)}`);
      told = true;
      return present;
    }
  };
  return async () => {
    if (present !== undefined) {
      const rest = left(present);
      if (rest > early || (rest > 0 && clock.now() < notBefore)) return present;
    }
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };
}

const until = ({ expiration }: AwsCredentialIdentity): string => expiration?.toISOString() ?? "they are taken back";
