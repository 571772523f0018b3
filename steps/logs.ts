import { accessLogGroup, DATABASE_LOGS, databaseLogGroup, functionLogGroup, name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node } from "../src/engine/node.ts";
import { LogGroup } from "../src/resources/logs/log-group.ts";
import type { encryption } from "./encryption.ts";
import { protection } from "./place.ts";

/**
 * Every log group, made before whoever writes to it: a group that its writer makes keeps everything for ever and in the
 * clear. (The API's execution log is in the step "api", since API Gateway puts the API's id into its name.)
 */
export function logs(all: Settings, { key }: ReturnType<typeof encryption>) {
  const { environment, logs: settings } = all;
  const group = (id: string, logGroupName: string) =>
    node(LogGroup, `logs/${id}`, {
      name: logGroupName,
      tags: protection(all),
      key: { logGroupName },
      needs: { key },
      want: ({ key }) => ({ retentionDays: settings.retentionDays, kmsKeyArn: key.keyArn }),
    });
  const ofFunction = (type: string) => group(type, functionLogGroup(name(type, environment)));

  const functions = {
    processor: ofFunction("processor"),
    query: ofFunction("query"),
    migrate: ofFunction("migrate"),
  };
  const access = group("api-access", accessLogGroup(environment));
  const database = DATABASE_LOGS.map((log) => group(`database-${log}`, databaseLogGroup(environment, log)));

  return { nodes: [...Object.values(functions), access, ...database], functions, access, database };
}
