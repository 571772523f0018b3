import type { Aws } from "../aws/aws.ts";
import type { SettingsFile } from "../config/file.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";
import type { ResolveNs } from "../resources/route53/delegation.ts";

/** Who runs tap, as AWS sees it. */
export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  /** When the credentials end; unknown for those that last. */
  readonly expiration?: Date;
}

/** What the checks of an AWS account look at. */
export interface AwsSubject {
  readonly settings: Settings;
  readonly file: SettingsFile;
  readonly clock: Clock;
  readonly aws: Aws;
  /** Asked once. @throws {CredentialsError} */
  caller(): Promise<Caller>;
  /** The time of an answer of AWS's, which needs no credentials. */
  serverTime(): Promise<Date>;
  readonly resolveNs: ResolveNs;
}
