import type { Entry } from "../../src/engine/journal.ts";
import type { Authorization } from "./authorization.ts";
import type { Cloud } from "./cloud.ts";
import type { DriftFacts } from "./drift.ts";
import type { ErrorRow } from "./error-rows.ts";
import type { ServiceModel } from "./model.ts";

/** A resource as the state knows it, and AWS's ids of others of its environment, by their type. */
export interface Noted extends Entry {
  readonly id: string;
  of(type: string): readonly string[];
}

/** How a person deletes a resource of one type in the console. */
export interface Hand {
  remove(cloud: Cloud, it: Noted): void | Promise<void>;
  /** AWS's error code: it will not let go of what is in use. */
  readonly refused?: string;
  /** Whether another resource goes with it that is no part of it, or is part of a part. */
  takes?(other: Noted, it: Noted): boolean;
}

/** What AWS demands of a text: so many characters at most, of this form. */
export interface TextRule {
  readonly longest: number;
  readonly form: RegExp;
}

/**
 * Everything that the tests know of one service of AWS: its model, and what nobody can derive. All of it is written down
 * from AWS's references, independently of the product, which is held against it. "By type" is by a kind's type, such as
 * `kms:key`.
 */
export interface ServiceFacts<Model extends ServiceModel = ServiceModel> {
  /** The class of its model, of which each cloud has one. */
  readonly model: new (
    cloud: Cloud,
  ) => Model;
  /** How tap calls it, where not as here. */
  readonly inTap?: string;
  /** The SDK's package, `@aws-sdk/client-…`, where not as here. */
  readonly sdkPackage?: string;
  /** How IAM sees it. */
  readonly authorization?: Authorization;
  /** AWS's errors and what they mean, of each type that has met some. */
  readonly errors?: readonly ErrorRow[];
  /** What is to be known for changing its properties by hand, one by one. */
  readonly drift?: DriftFacts;
  /** How a person deletes it, by type: all that would be taken down and is not only looked up. */
  readonly hands?: Readonly<Record<string, Hand>>;
  /** What AWS demands of the members of calls that carry an environment's name, by member or `Operation.Member`. */
  readonly texts?: Readonly<Record<string, TextRule>>;
  /** The AWS CLI's command that gives something its tags back (AWS CLI command reference); `<id>` is the id or the ARN. */
  readonly tagCommand?: string;
  /** The operations that make what has no name of ours, so that a stranger's may stand beside it. */
  readonly nameless?: RegExp;
  /** What one costs in a month, in US dollars in us-east-1, by type; of instances, those of db.r5.large. */
  readonly monthly?: Readonly<Record<string, number>>;
}
