import type { z } from "zod";
import type { Aws } from "../aws/aws.ts";
import type { Json } from "../engine/journal.ts";
import type { Kind } from "../engine/kind.ts";

/** A kind of AWS resource that tags or a fixed name find. */
export type AwsKind<Wanted, Live, Outputs extends Json, Key extends Json | undefined = undefined> = Kind<
  Aws,
  Key,
  Wanted,
  Live,
  Outputs
>;

/** For kinds that need no key. */
export const noKey = (): undefined => undefined;

/** For kinds with a key: reads a stored one back. @throws {z.ZodError} when it is not one */
export const keyOf =
  <Key extends Json>(schema: z.ZodType<Key>) =>
  (stored: Json | undefined): Key =>
    schema.parse(stored);
