import { InvokeCommand } from "@aws-sdk/client-lambda";
import { AddTagsToResourceCommand, type DBCluster } from "@aws-sdk/client-rds";
import * as z from "zod";
import { TapError } from "../../engine/errors.ts";
import { ready } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required } from "../missing.ts";
import { fromList, toList } from "../tags.ts";
import { rds } from "./permissions.ts";
import { clusterNamed } from "./shared.ts";

interface Wanted {
  /** Names the schema; the migration refuses another one than its own. */
  readonly schema: string;
  /** The function that migrates. */
  readonly functionName: string;
  /** How long the function may take. */
  readonly timeoutSeconds: number;
  /** The secret into which the migration puts the functions' login: one that is made anew holds none. */
  readonly loginSecretArn: string;
}

type Key = { readonly clusterIdentifier: string };

const schemaTag = "tap:schema";
const loginTag = "tap:schema-login";

/** What a function's start, and the way there and back, may take beside its own time, in seconds. */
const aroundInvoke = 30;

const Reply = z.object({ schema: z.string() });
const Refusal = z.object({ errorMessage: z.string() });

/**
 * The database's schema, and the functions' login to it. Which ones it has is noted as tags of the cluster, so that a
 * look invokes nothing; they are the cluster's, and go with it.
 */
export const DatabaseSchema: AwsKind<Wanted, DBCluster, { schema: string }, Key> = {
  type: "rds:schema",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  role: "child",
  minutes: { create: 10, update: 10, remove: 1 },
  seconds: { create: 5, remove: 0 },
  permissions: rds,
  card: "Aurora MySQL",
  parseKey: keyOf(z.object({ clusterIdentifier: z.string() })),

  find: (aws, _me, { clusterIdentifier }) => clusterNamed(aws, clusterIdentifier),
  id: (live) => required(live.DBClusterArn, "DBClusterArn"),
  // Whether its database can be reached is for the migration to find out; the graph sees to what it needs.
  phase: () => ready,
  outputs: (live) => ({ schema: fromList(live.TagList)[schemaTag] ?? "" }),
  result: (live) => `migrated to schema ${fromList(live.TagList)[schemaTag] ?? ""}`,
  changes: ({ schema, loginSecretArn }, live) => {
    const tags = fromList(live.TagList);
    return compare(
      { schema, loginSecretArn },
      { schema: tags[schemaTag] ?? none, loginSecretArn: tags[loginTag] ?? none },
    );
  },

  create: async (_aws, _me, { clusterIdentifier }) => {
    throw new TapError(`cluster ${clusterIdentifier} is gone`, { advice: "Run the same command again." });
  },

  async update(aws, live, { schema, functionName, timeoutSeconds, loginSecretArn }) {
    const answer = await aws.lambda(
      new InvokeCommand({ FunctionName: functionName, Payload: new TextEncoder().encode(JSON.stringify({ schema })) }),
      (timeoutSeconds + aroundInvoke) * 1000,
    );
    const payload: unknown = JSON.parse(new TextDecoder().decode(answer.Payload) || "null");
    const reply = Reply.safeParse(payload);
    if (answer.FunctionError !== undefined || reply.data?.schema !== schema) {
      const reason = Refusal.safeParse(payload).data?.errorMessage ?? answer.FunctionError ?? "no answer";
      throw new TapError(`${functionName} could not migrate the database: ${reason}`, {
        advice: `See the log group /aws/lambda/${functionName}, then run the same command again: every step can be repeated.`,
      });
    }
    const ResourceName = required(live.DBClusterArn, "DBClusterArn");
    const Tags = toList({ [schemaTag]: schema, [loginTag]: loginSecretArn });
    await aws.rds(new AddTagsToResourceCommand({ ResourceName, Tags }));
  },

  remove: async () => undefined,
};
