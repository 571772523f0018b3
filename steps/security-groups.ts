import { name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node } from "../src/engine/node.ts";
import { SecurityGroup } from "../src/resources/ec2/security-group.ts";
import { SecurityGroupRule } from "../src/resources/ec2/security-group-rule.ts";
import type { network } from "./network.ts";

/** The port of MySQL. */
export const databasePort = 3306;

/**
 * The functions may talk to the database and to HTTPS; the database answers the functions and starts nothing. Rules are
 * resources of their own: the two groups refer to each other, and neither could be removed first.
 */
export function securityGroups({ environment }: Settings, { vpc }: ReturnType<typeof network>) {
  const named = (type: string) => name(type, environment);
  const tcp = (port: number) => ({ protocol: "tcp", fromPort: port, toPort: port });

  const functions = node(SecurityGroup, "security-groups/functions", {
    name: named("lambda-sg"),
    needs: { vpc },
    want: ({ vpc }) => ({ vpcId: vpc.vpcId, description: "Trading functions" }),
  });

  const database = node(SecurityGroup, "security-groups/database", {
    name: named("rds-sg"),
    needs: { vpc },
    want: ({ vpc }) => ({ vpcId: vpc.vpcId, description: "Trading database" }),
  });

  const fromFunctions = node(SecurityGroupRule, "security-groups/database-from-functions", {
    name: named("rds-from-lambda"),
    needs: { functions, database },
    want: ({ functions, database }) => ({
      groupId: database.securityGroupId,
      direction: "ingress" as const,
      ...tcp(databasePort),
      source: { groupId: functions.securityGroupId },
      description: "MySQL from the functions",
    }),
  });

  const toDatabase = node(SecurityGroupRule, "security-groups/functions-to-database", {
    name: named("lambda-to-rds"),
    needs: { functions, database },
    want: ({ functions, database }) => ({
      groupId: functions.securityGroupId,
      direction: "egress" as const,
      ...tcp(databasePort),
      source: { groupId: database.securityGroupId },
      description: "MySQL to the database",
    }),
  });

  const toHttps = node(SecurityGroupRule, "security-groups/functions-to-https", {
    name: named("lambda-to-https"),
    needs: { functions },
    want: ({ functions }) => ({
      groupId: functions.securityGroupId,
      direction: "egress" as const,
      ...tcp(443),
      source: { cidr: "0.0.0.0/0" },
      description: "HTTPS to AWS services",
    }),
  });

  return {
    nodes: [functions, database, fromFunctions, toDatabase, toHttps],
    functions,
    database,
    functionRules: [toDatabase, toHttps],
    databaseRules: [fromFunctions],
  };
}
