import { schemaHash } from "../lambda/schema.ts";
import { name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { DatabaseSchema } from "../src/resources/rds/schema.ts";
import type { database } from "./database.ts";
import type { functions } from "./functions.ts";
import type { network } from "./network.ts";
import type { securityGroups } from "./security-groups.ts";

/** The tables and the functions' user, brought about by the migration function once everything it needs is up. */
export const schema = (
  { environment, functions: { timeoutSeconds } }: Settings,
  { cluster, writer, servers, userSecret }: ReturnType<typeof database>,
  { migrate }: ReturnType<typeof functions>,
  { privateRoutes }: ReturnType<typeof network>,
  { functionRules, databaseRules }: ReturnType<typeof securityGroups>,
) =>
  node(DatabaseSchema, "database/schema", {
    name: name("schema", environment),
    key: within(cluster, ({ clusterIdentifier }) => ({ clusterIdentifier })),
    needs: { migrate, userSecret },
    // The function must be able to run, to reach Secrets Manager and to log in to the writer.
    after: [migrate, writer, ...servers, ...privateRoutes, ...functionRules, ...databaseRules],
    want: ({ migrate, userSecret }) => ({
      schema: schemaHash,
      functionName: migrate.functionName,
      timeoutSeconds,
      loginSecretArn: userSecret.secretArn,
    }),
  });
