import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { type Patience, patient } from "../aws/patience.ts";
import { throughProxy } from "../aws/proxy.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";

/** Fresh credentials are fetched this long before the present ones end, in milliseconds. */
const early = 5 * 60_000;

/**
 * The user's credentials: the profile that the settings name, or else whatever the SDK's usual search finds; with them,
 * the role that the settings name. One provider for all clients, so that SSO, a process or STS is asked once.
 */
export async function userCredentials(
  settings: Pick<Settings, "environment" | "profile" | "roleArn"> & { readonly region: string },
  clock: Clock,
  { connection, read }: Pick<Patience, "connection" | "read"> = patient,
): Promise<AwsCredentialIdentityProvider> {
  // Costs start-up time, which a run on the local AWS need not pay.
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
  const { environment, profile, region, roleArn } = settings;
  // A request time-out only warns unless told to throw, and ends with the headers: from there on, silence counts.
  const limits = {
    connectionTimeout: connection,
    requestTimeout: read,
    throwOnRequestTimeout: true,
    socketTimeout: read,
  };
  const clientConfig = { requestHandler: throughProxy(limits) };
  const own = fromNodeProviderChain({ clientConfig, ...(profile === undefined ? {} : { profile }) });
  if (roleArn === undefined) return memoised(own, clock);
  const assumed = fromTemporaryCredentials({
    masterCredentials: own,
    params: { RoleArn: roleArn, RoleSessionName: `tap-${environment}`.slice(0, 64) },
    clientConfig: { ...clientConfig, region },
  });
  return memoised(assumed, clock);
}

/** Remembers credentials until shortly before they end; those who ask at the same time share one fetch. */
export function memoised(fetch: () => Promise<AwsCredentialIdentity>, clock: Clock): AwsCredentialIdentityProvider {
  let latest: Promise<AwsCredentialIdentity> | undefined;
  const load = (): Promise<AwsCredentialIdentity> => {
    const loading = fetch();
    latest = loading;
    loading.catch(() => {
      // A failure is not remembered: the next call may have more luck.
      if (latest === loading) latest = undefined;
    });
    return loading;
  };
  return async () => {
    if (latest === undefined) return load();
    const asked = latest;
    const known = await asked;
    if (known.expiration === undefined || known.expiration.getTime() - clock.now() > early) return known;
    return latest === asked || latest === undefined ? load() : latest;
  };
}
