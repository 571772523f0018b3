import { functionLogGroup, name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node } from "../src/engine/node.ts";
import type { DatabaseAddress } from "../src/local/database-kind.ts";
import { Role } from "../src/resources/iam/role.ts";
import { LambdaFunction } from "../src/resources/lambda/function.ts";
import type { artifacts } from "./artifacts.ts";
import type { database } from "./database.ts";
import type { encryption } from "./encryption.ts";
import type { logs } from "./logs.ts";
import type { network } from "./network.ts";
import type { Place } from "./place.ts";
import { baseOfFunction, fillSecret, policies, readSecret, trust } from "./policies.ts";
import type { securityGroups } from "./security-groups.ts";

/** The statement that lets a route call the function behind it, by its id in the function's policy. */
export const statementOf = (route: string): string => `tap-${route}`;

/** The routes behind which each function stands. */
const routes = { processor: ["create-trade"], query: ["list-trades", "get-trade"] } as const;

/** The trade service: three functions from one ZIP, each with a role of its own. */
export function functions(
  settings: Settings,
  place: Place,
  { key }: ReturnType<typeof encryption>,
  { privateSubnets }: ReturnType<typeof network>,
  { functions: group }: ReturnType<typeof securityGroups>,
  bucket: ReturnType<typeof artifacts>,
  { functions: logGroups }: ReturnType<typeof logs>,
  { servers, masterSecret, userSecret }: ReturnType<typeof database>,
) {
  const named = (type: string) => name(type, settings.environment);

  const role = (type: "processor" | "query") =>
    node(Role, `functions/${type}-role`, {
      name: named(type),
      needs: { key, userSecret },
      want: ({ key, userSecret }) => ({
        description: `Trading function ${type}`,
        trust: trust("lambda.amazonaws.com"),
        policies: policies([
          ...baseOfFunction(place, functionLogGroup(named(type)), key.keyArn),
          readSecret(userSecret.secretArn),
        ]),
        managed: [],
        ...settings.iam,
      }),
      // Lambda gives a function's network interfaces back with the function's role (aws/aws-cdk#6701).
      outlives: [group],
    });
  const processorRole = role("processor");
  const queryRole = role("query");

  const migrateRole = node(Role, "functions/migrate-role", {
    name: named("migrate"),
    needs: { key, userSecret, masterSecret },
    want: ({ key, userSecret, masterSecret }) => ({
      description: "Trading function migrate",
      trust: trust("lambda.amazonaws.com"),
      policies: policies([
        ...baseOfFunction(place, functionLogGroup(named("migrate")), key.keyArn),
        // The only one that knows the master user.
        readSecret(masterSecret.masterSecretArn),
        ...fillSecret(userSecret.secretArn, key.keyArn),
      ]),
      managed: [],
      ...settings.iam,
    }),
    outlives: [group],
  });

  /** What every function is given, whatever it does. */
  const common = {
    runtime: settings.functions.runtime,
    memoryMb: settings.functions.memoryMb,
    timeoutSeconds: settings.functions.timeoutSeconds,
    code: place.code,
  };
  const needs = { key, bucket, subnets: privateSubnets, group, servers, userSecret };

  const trade = (type: "processor" | "query", description: string) =>
    node(LambdaFunction, `functions/${type}`, {
      name: named(type),
      needs: { ...needs, role: type === "processor" ? processorRole : queryRole, logGroup: logGroups[type] },
      want: ({ role, logGroup, ...given }) => ({
        ...common,
        ...placed(given),
        description,
        handler: `${type}.handler`,
        roleArn: role.roleArn,
        logGroupName: logGroup.logGroupName,
        environment: environment(settings, place, type, given),
        statementIds: routes[type].map(statementOf),
      }),
    });
  const processor = trade("processor", "Takes trades: POST /trade");
  const query = trade("query", "Shows trades: GET /trade and GET /trade/{id}");

  const migrate = node(LambdaFunction, "functions/migrate", {
    name: named("migrate"),
    needs: { ...needs, role: migrateRole, logGroup: logGroups.migrate, masterSecret },
    want: ({ role, logGroup, masterSecret, ...given }) => ({
      ...common,
      ...placed(given),
      description: "Brings the database to the schema of this version; run by tap up",
      handler: "migrate.handler",
      roleArn: role.roleArn,
      logGroupName: logGroup.logGroupName,
      environment: {
        ...environment(settings, place, "migrate", given),
        TRADE_MASTER_SECRET_ARN: masterSecret.masterSecretArn,
      },
      // It has no route.
      statementIds: [],
    }),
  });

  return {
    nodes: [processorRole, queryRole, migrateRole, processor, query, migrate],
    processor,
    query,
    migrate,
  };
}

const placed = (given: {
  readonly subnets: readonly { readonly subnetId: string }[];
  readonly group: { readonly securityGroupId: string };
  readonly key: { readonly keyArn: string };
  readonly bucket: { readonly bucketName: string };
}) => ({
  subnetIds: given.subnets.map(({ subnetId }) => subnetId),
  securityGroupIds: [given.group.securityGroupId],
  kmsKeyArn: given.key.keyArn,
  bucketName: given.bucket.bucketName,
});

/** The functions' environment: what lambda/config.ts reads. Without a server they answer that there is none yet. */
function environment(
  { database, environment }: Settings,
  { local }: Place,
  type: string,
  {
    servers: [server],
    userSecret,
  }: {
    readonly servers: readonly DatabaseAddress[];
    readonly userSecret: { readonly secretArn: string };
  },
) {
  // The runtime has the authorities of RDS, but Node.js loads them only when told to.
  const caFile = local === undefined ? "/var/runtime/ca-cert.pem" : server?.caFile;
  return {
    ...(server && {
      TRADE_WRITER_HOST: server.writerEndpoint,
      TRADE_READER_HOST: server.readerEndpoint,
      TRADE_DB_PORT: String(server.port),
      ...(caFile === undefined ? { TRADE_DB_TLS: "off" } : { NODE_EXTRA_CA_CERTS: caFile }),
    }),
    TRADE_DB_NAME: database.name,
    TRADE_SECRET_ARN: userSecret.secretArn,
    POWERTOOLS_SERVICE_NAME: name(type, environment),
  };
}
