import { z } from "zod";

/** The contracts that scripts rely on, as the requirements word them. Additions are free, so other fields may be there. */

const change = z.looseObject({
  path: z.string(),
  // What is not there is left out or null.
  want: z.json().optional(),
  live: z.json().optional(),
  fix: z.enum(["update", "replace"]),
});

const standing = z.enum([
  "in-sync",
  "drifted",
  "missing",
  "pending",
  "failed",
  "blocked",
  "stranded",
  "retained",
  "left-over",
  "flagged",
  "ailing",
]);

const resource = z.looseObject({
  id: z.string(),
  step: z.string(),
  type: z.string(),
  awsId: z.string().optional(),
  status: standing,
  changes: z.array(change),
  unreported: z.array(z.string()).optional(),
  reason: z.string().optional(),
});

/** `tap status --json` */
export const Status = z.looseObject({
  schema: z.literal(1),
  environments: z.array(
    z.looseObject({
      environment: z.string(),
      region: z.string(),
      account: z.string().regex(/^\d{12}$/),
      local: z.boolean(),
      inSync: z.boolean(),
      resources: z.array(resource),
    }),
  ),
});

/** `tap outputs --json`. A local environment without a domain has neither its URL nor name servers. */
export const Outputs = z.looseObject({
  schema: z.literal(1),
  environment: z.string(),
  region: z.string(),
  outputs: z.looseObject({
    apiUrl: z.url(),
    // Absent on a machine without a database server: nothing would listen there.
    databaseWriterEndpoint: z.string().min(1).optional(),
    databaseReaderEndpoint: z.string().min(1).optional(),
    vpcId: z.string().startsWith("vpc-"),
    processorFunctionName: z.string(),
    queryFunctionName: z.string(),
    bucketName: z.string(),
    kmsKeyId: z.string().min(1),
  }),
});

const count = z.int().nonnegative();

/** The last line of `tap up|down --json`. */
export const Summary = z.looseObject({
  event: z.literal("summary"),
  created: count,
  updated: count,
  removed: count,
  retained: count,
  unchanged: count,
  failed: count,
  calls: count,
  mutatingCalls: count,
  durationMs: count,
});

/** Every line of `tap up|down --json`. */
export const Line = z.looseObject({ event: z.string() });
