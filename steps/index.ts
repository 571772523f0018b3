import type { Aws } from "../src/aws/aws.ts";
import type { Settings } from "../src/config/settings.ts";
import type { Json } from "../src/engine/journal.ts";
import type { Node } from "../src/engine/node.ts";
import type { Run } from "../src/engine/run.ts";
import { databaseInstall } from "../src/local/database-program.ts";
import { invokeUrl } from "../src/local/endpoint.ts";
import { api } from "./api.ts";
import { artifacts } from "./artifacts.ts";
import { certificate, issuedCertificate, validation } from "./certificate.ts";
import { database } from "./database.ts";
import { zone } from "./dns.ts";
import { addressRecord, domain } from "./domain.ts";
import { encryption } from "./encryption.ts";
import { functions } from "./functions.ts";
import { logs } from "./logs.ts";
import { network } from "./network.ts";
import type { Place } from "./place.ts";
import { schema } from "./schema.ts";
import { securityGroups } from "./security-groups.ts";

export { kinds } from "./kinds.ts";
export type { Place } from "./place.ts";

/** The steps, in their order. */
export const steps = [
  "encryption",
  "network",
  "security-groups",
  "artifacts",
  "logs",
  "database",
  "functions",
  "api",
  "certificate",
  "domain",
  "dns",
] as const;

/** What others need to know of an environment: `outputs` of `tap outputs --json`. Values that are not known yet are absent. */
export type Outputs = {
  readonly apiUrl?: string;
  readonly customDomainUrl?: string;
  readonly databaseWriterEndpoint?: string;
  readonly databaseReaderEndpoint?: string;
  readonly databasePort?: string;
  readonly vpcId?: string;
  readonly processorFunctionName?: string;
  readonly queryFunctionName?: string;
  readonly bucketName?: string;
  readonly kmsKeyId?: string;
  readonly hostedZoneNameServers?: readonly string[];
};

/** The platform of one environment. */
export interface Platform {
  /** In order: nothing comes before what it needs. */
  readonly nodes: readonly Node<Json, Aws>[];
  /** Steps that the settings leave out, and why. */
  readonly skipped: readonly { readonly step: string; readonly reason: string }[];
  /** What the platform cannot do where it is, and what to do about it: said last. */
  readonly lacks?: string;
  /** From what the run has seen last. */
  outputs(run: Run<Aws>): Outputs;
}

const noDomain = "tap.yaml sets no `domain`";
const noDatabase = `Trades are not stored: POST and GET /trade answer 503, since there is no mariadbd or mysqld on this machine. Install one and run this again: ${databaseInstall}.`;

/** The whole trading platform, step by step. */
export function platform(settings: Settings, place: Place): Platform {
  const crypto = encryption(settings, place);
  const net = network(settings);
  const groups = securityGroups(settings, net);
  const bucket = artifacts(settings, place, crypto);
  const log = logs(settings, crypto);
  const db = database(settings, place, crypto, net, groups, log);
  const code = functions(settings, place, crypto, net, groups, bucket, log, db);
  const gateway = api(settings, place, crypto, log, code);
  const migrated = db.servers.length > 0 ? [schema(settings, db, code, net, groups)] : [];
  const named = settings.domain === undefined ? undefined : ownDomain(settings, place, settings.domain, gateway);

  return {
    nodes: [
      ...crypto.nodes,
      ...net.nodes,
      ...groups.nodes,
      bucket,
      ...log.nodes,
      ...db.nodes,
      ...code.nodes,
      ...migrated,
      ...gateway.nodes,
      ...(named?.nodes ?? []),
    ],
    skipped: [
      ...(migrated.length > 0
        ? []
        : [{ step: "database/schema", reason: "there is no mariadbd or mysqld on this machine" }]),
      ...(named ? [] : ["certificate", "domain", "dns"].map((step) => ({ step, reason: noDomain }))),
    ],
    ...(migrated.length > 0 ? {} : { lacks: noDatabase }),
    outputs: (run) => {
      const rest = gateway.restApi.outputs(run);
      const stage = gateway.stage.outputs(run);
      // On the local AWS what stands in for the cluster, where something does: nothing listens at the cluster's endpoint.
      const server = db.servers[0]?.outputs(run);
      const vpc = net.vpc.outputs(run);
      const store = bucket.outputs(run);
      const key = crypto.key.outputs(run);
      const processor = code.processor.outputs(run);
      const query = code.query.outputs(run);
      const apiUrl =
        place.local && rest ? invokeUrl(place.local.endpoint, rest.restApiId, settings.environment) : stage?.invokeUrl;
      return {
        ...(stage && apiUrl ? { apiUrl } : {}),
        ...(named?.domainName.outputs(run) ? { customDomainUrl: `https://${settings.domain?.name}` } : {}),
        ...(server ? { databaseWriterEndpoint: server.writerEndpoint } : {}),
        ...(server ? { databaseReaderEndpoint: server.readerEndpoint } : {}),
        ...(server ? { databasePort: String(server.port) } : {}),
        ...(vpc ? { vpcId: vpc.vpcId } : {}),
        ...(processor ? { processorFunctionName: processor.functionName } : {}),
        ...(query ? { queryFunctionName: query.functionName } : {}),
        ...(store ? { bucketName: store.bucketName } : {}),
        ...(key ? { kmsKeyId: key.keyId } : {}),
        ...(named ? { hostedZoneNameServers: named.hostedZone.outputs(run)?.nameServers ?? [] } : {}),
      };
    },
  };
}

/** Certificate, domain name and DNS stand on each other by turns. */
function ownDomain(
  settings: Settings,
  place: Place,
  domainSettings: NonNullable<Settings["domain"]>,
  gateway: ReturnType<typeof api>,
) {
  const hostedZone = zone(settings, domainSettings);
  const requested = certificate(settings, domainSettings);
  const proof = validation(settings, place, domainSettings, hostedZone, requested);
  const issued = issuedCertificate(settings, requested, proof);
  const front = domain(settings, domainSettings, issued, gateway);
  const address = addressRecord(settings, domainSettings, hostedZone, front);
  return {
    nodes: [hostedZone, requested, ...proof.nodes, issued, ...front.nodes, address],
    hostedZone,
    domainName: front.domainName,
  };
}
