import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { credentialsAdvice } from "../aws/credentials-advice.ts";
import { advise, classify, codeOf } from "../aws/errors.ts";
import type { Sts } from "../aws/sts.ts";
import { TapError } from "../engine/errors.ts";
import { CredentialsError } from "./errors.ts";

/**
 * Asks AWS which account the credentials belong to. The first call of a run: it finds out whether there are any.
 *
 * @returns twelve digits
 * @throws {CredentialsError} when there are none, or AWS does not accept them
 */
export const callerAccount = async (aws: Sts): Promise<string> => (await callerIdentity(aws)).account;

/** The same, with the caller's ARN. */
export async function callerIdentity(aws: Sts): Promise<{ readonly account: string; readonly arn: string }> {
  try {
    const { Account, Arn } = await aws.sts(new GetCallerIdentityCommand({}));
    if (Account === undefined) {
      throw new TapError("nothing answers like AWS: the reply to GetCallerIdentity names no account", {
        advice: "Check the network, the proxy and AWS_ENDPOINT_URL, if they are set, then run the same command again.",
      });
    }
    return { account: Account, arn: Arn ?? "" };
  } catch (error) {
    if (error instanceof TapError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    if (codeOf(error) === "CredentialsProviderError") {
      throw new CredentialsError(`no AWS credentials were found: ${said}`, { advice: credentialsAdvice, cause: error });
    }
    if (classify(error) === "denied") {
      const advice = advise(error) ?? credentialsAdvice;
      throw new CredentialsError(`AWS does not accept the credentials: ${said}`, { advice, cause: error });
    }
    throw new TapError(`AWS could not be asked whose credentials these are: ${said || codeOf(error)}`, {
      advice: "Check the network (and AWS_ENDPOINT_URL, if it is set), then run the same command again.",
      cause: error,
    });
  }
}
