import type { z } from "zod";
import type { Aws } from "../aws/aws.ts";
import type { Permissions } from "../aws/permissions.ts";
import type { Json } from "../engine/journal.ts";
import type { Kind } from "../engine/kind.ts";
import type { Reply } from "./fields.ts";

/** A kind of AWS resource that tags or a fixed name find. Its type begins with the service, as tap names it. */
export interface AwsKind<Wanted, Live, Outputs extends Json, Key extends Json | undefined = undefined>
  extends Kind<Aws, Key, Wanted, Live, Outputs> {
  /** What tap needs of its service: the same for all kinds of the service. */
  readonly permissions: Permissions;
  /** What each field means of each reply that it reads. */
  readonly replies?: readonly Reply<Live>[];
}

/**
 * A kind of whatever types: so that all can stand in one list. What it has found is its own to read, so it is to be given
 * nothing but that.
 */
export type AnyAwsKind = AwsKind<unknown, unknown, Json, Json | undefined>;

/** For kinds that need no key. */
export const noKey = (): undefined => undefined;

/** For kinds with a key: reads a stored one back. @throws {z.ZodError} when it is not one */
export const keyOf =
  <Key extends Json>(schema: z.ZodType<Key>) =>
  (stored: Json | undefined): Key =>
    schema.parse(stored);
