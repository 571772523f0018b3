import type { AwsCredentialIdentityProvider } from "@smithy/types";
import type { Aws } from "../aws/aws.ts";
import { duration } from "../report/text.ts";
import { guardAccount } from "../session/environment.ts";
import { callerIdentity } from "../session/identity.ts";
import { type Check, error, NotLookedError, ok, warning } from "./check.ts";
import type { AwsSubject, Caller } from "./subject.ts";

/** A change takes this long where AWS is slow (the network interfaces of Lambda), in milliseconds. */
const longRun = 60 * 60_000;

/** Asks AWS who the credentials belong to. @throws {CredentialsError} */
export async function askCaller(aws: Aws, credentials: AwsCredentialIdentityProvider): Promise<Caller> {
  const identity = await callerIdentity(aws);
  const { expiration } = await credentials();
  return { ...identity, ...(expiration && { expiration }) };
}

/** For what makes sense only with credentials: the caller. @throws {NotLookedError} */
export async function requireCaller({ caller }: AwsSubject): Promise<Caller> {
  return caller().catch(() => {
    throw new NotLookedError("AWS has not told who the credentials belong to");
  });
}

/** Makes the checks that make sense only with credentials. */
export const withCaller =
  (subject: AwsSubject) =>
  (id: string, look: Check["look"]): Check => ({
    id,
    look: async () => {
      await requireCaller(subject);
      return look();
    },
  });

/** Whether there are credentials that AWS accepts, and that the settings do. */
export const credentialsCheck = ({ settings, file, clock, caller }: AwsSubject): Check => ({
  id: "credentials",
  look: async () => {
    const { account, arn, expiration } = await caller();
    try {
      guardAccount({ settings, file }, account);
    } catch (refused) {
      const fix = `AWS_PROFILE=… tap doctor --env ${settings.environment}, with a profile of the account ${settings.account}`;
      return error(refused instanceof Error ? refused.message : String(refused), fix);
    }
    const who = `account ${account}, ${arn}`;
    if (expiration === undefined) return ok(who);
    const left = expiration.getTime() - clock.now();
    const ends = `${who}, until ${expiration.toISOString()}`;
    // SSO and roles are renewed by the SDK where it can; what is in variables is not.
    if (left >= longRun) return ok(ends);
    return warning(
      `${ends}: for ${duration(Math.max(0, left) / 1000)}`,
      "Where they do not renew themselves: aws sso login",
    );
  },
});
