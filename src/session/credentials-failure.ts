import { credentialsAdvice } from "../aws/credentials-advice.ts";
import { classify, codeOf } from "../aws/errors.ts";
import type { Profiles } from "../aws/profiles.ts";
import { nearest } from "../config/nearest.ts";
import { CredentialsError } from "./errors.ts";

/** Whose credentials were asked for. */
export interface Asked {
  /** The profile, and what names it; undefined for the SDK's whole search. */
  readonly profile?: string;
  readonly namedBy?: string;
  /** The role that the settings name. */
  readonly roleArn?: string;
}

/** There is no such profile: which there are, and in which files. */
export function noProfile(profile: string, namedBy: string, { files, byName }: Profiles): CredentialsError {
  const known = [...byName.keys()];
  const guess = nearest(profile, known);
  const hint = guess === undefined ? "" : ` (did you mean ${guess}?)`;
  const there = known.length === 0 ? "no profile at all" : `only ${known.join(", ")}`;
  return new CredentialsError(`${namedBy} names the profile ${profile}, of which there is none${hint}`, {
    advice: `${files.join(" and ")} hold ${there}. Correct the name, or add the profile with \`aws configure\`.`,
  });
}

/** The endpoint that gives a container its credentials says nothing. */
export const silentContainer = (variable: string, cause: Error): CredentialsError =>
  new CredentialsError(`the endpoint for credentials that ${variable} names gave ${cause.message}`, {
    advice: `See whether it is at work, or unset ${variable}. Then run the same command again.`,
    cause,
  });

/**
 * What the SDK says of credentials that it could not get, in words of what has to be done. What a `credential_process`
 * has printed is in the SDK's message and may be a secret: none of it is repeated, neither as the cause.
 *
 * Source of the messages: the SDK's credential providers (ini, process, sso, token-providers, web-identity).
 *
 * @returns what is not about credentials (a network that is away) as it is
 */
export function credentialsFailure(error: unknown, asked: Asked): unknown {
  if (error instanceof CredentialsError || !(error instanceof Error)) return error;
  const { profile = "default", roleArn } = asked;
  const said = error.message;
  const failed = (message: string, advice: string, cause?: unknown) =>
    new CredentialsError(message, { advice: `${advice} Then run the same command again.`, cause });
  const ofProfile = `the profile ${profile}`;
  if (/^Command failed|credential_process/.test(said)) {
    const own = /^Profile (\S+) credential_process/.exec(said)?.[1] ?? profile;
    return failed(
      `credential_process of the profile ${own} ${processFault(said)}`,
      `Run the program that the profile names by hand to see why: what it prints may be secret, and is not shown here.`,
    );
  }
  if (/Detected a cycle/.test(said)) {
    const visited = /Profiles visited: (.*)$/.exec(said)?.[1] ?? profile;
    return failed(`${ofProfile} comes back to itself: ${visited}`, "Correct `source_profile` in one of them.");
  }
  if (/multi-factor/.test(said)) {
    return failed(
      `${ofProfile} needs a code of a multi-factor device (mfa_serial), for which tap does not ask`,
      `Let the AWS CLI ask: \`eval "$(aws configure export-credentials --profile ${profile} --format env)"\`, and name no profile.`,
    );
  }
  if (/\bSSO\b|Sso session|sso_|Token is expired/.test(said)) {
    const login = `aws sso login${asked.profile === undefined ? "" : ` --profile ${profile}`}`;
    // The SDK reads settings of a session that is nowhere described without looking whether it is: a TypeError.
    const incomplete = /missing|invalid SSO credentials|Conflicting|could not be found|Cannot read/.test(said);
    return incomplete
      ? failed(`${ofProfile} does not describe its SSO session in full`, "Complete it with `aws configure sso`.", error)
      : failed(`${ofProfile} has no SSO session, or one that has ended`, `Sign in: \`${login}\`.`, error);
  }
  if (codeOf(error) === "ENOENT") {
    return failed(
      `the file with the web identity's token cannot be read: ${said}`,
      "Write it there, or correct its name.",
    );
  }
  const source = /Could not resolve credentials using profile: \[(.*?)\]/.exec(said)?.[1];
  if (source !== undefined) {
    return failed(
      source === profile
        ? `${ofProfile} says nothing of credentials`
        : `${ofProfile} needs the profile ${source}, which there is not or which gives no credentials`,
      "Correct `source_profile`, or add credentials with `aws configure`.",
    );
  }
  if (codeOf(error) === "CredentialsProviderError" || codeOf(error) === "TokenProviderError") {
    return asked.profile === undefined && /any providers|metadata/.test(said)
      ? new CredentialsError(
          "no AWS credentials were found: neither in the environment, nor in a profile, nor from this machine's role",
          { advice: credentialsAdvice, cause: error },
        )
      : failed(`no AWS credentials were found in ${ofProfile}: ${said}`, credentialsAdvice, error);
  }
  if (classify(error) !== "denied") return error;
  const role = roleArn === undefined ? `the role of ${ofProfile}` : `the role ${roleArn}`;
  return /Expired/.test(codeOf(error) ?? "")
    ? failed(
        `the credentials with which ${role} is assumed have ended: ${said}`,
        "Get fresh ones (for example with `aws sso login`).",
        error,
      )
    : failed(
        `${role} may not be assumed: ${said}`,
        "Have it trust these credentials, and allow them sts:AssumeRole.",
        error,
      );
}

/** What was wrong with a `credential_process`; the SDK's own words for it are safe, what the program said is not. */
function processFault(said: string): string {
  if (/invalid JSON/.test(said)) return "printed no JSON";
  if (/did not return Version 1/.test(said)) return "printed JSON whose Version is not 1";
  if (/returned invalid credentials/.test(said)) return "printed JSON without AccessKeyId or SecretAccessKey";
  if (/returned expired credentials/.test(said)) return "printed credentials that have expired already";
  return "failed";
}
