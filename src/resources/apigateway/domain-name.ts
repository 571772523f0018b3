import {
  type BasePathMapping,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  DeleteDomainNameCommand,
  type DomainName,
  UpdateDomainNameCommand,
} from "@aws-sdk/client-api-gateway";
import { type Change, failed, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, fromMap, ownedIn, requireOurs, touches } from "../tags.ts";
import { mappingsOf } from "./base-path-mapping.ts";
import { apigateway } from "./permissions.ts";
import { arnOf, classifyConflict, domainNames, replaceValue, retag } from "./shared.ts";

interface Wanted {
  /** Of an issued certificate that covers the name, in the same region. */
  readonly certificateArn: string;
  /** The base paths that are mapped, "(none)" being the root. Whatever else is mapped is removed. */
  readonly basePaths: readonly string[];
}

interface Live {
  readonly domain: DomainName;
  readonly mappings: readonly BasePathMapping[];
}

type Outputs = { domainName: string; regionalDomainName: string; regionalHostedZoneId: string };

const idOf = (domain: DomainName) => required(domain.domainName, "domainName");
const id = ({ domain }: Live) => idOf(domain);
const tagsOf = (domain: DomainName) => fromMap(domain.tags);

const extraPaths = (want: Wanted, live: Live) =>
  live.mappings.map((m) => required(m.basePath, "basePath")).filter((path) => !want.basePaths.includes(path));

/** A regional custom domain name with TLS 1.2 or newer. The node's name is the domain itself. */
export const ApiDomainName: AwsKind<Wanted, Live, Outputs> = {
  type: "apigateway:domain-name",
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  // Create, update and delete: one in 30 s each, for the whole account (Developer Guide, quotas).
  minutes: { create: 15, update: 15, remove: 15 },
  seconds: { create: 30, remove: 5 },
  permissions: apigateway,
  card: "Domain and DNS",
  parseKey: noKey,

  async find(aws, me) {
    const domain = (await domainNames(aws)).find((d) => d.domainName === me.name);
    if (domain === undefined) return undefined;
    requireOurs(
      me,
      `API Gateway domain name ${me.name}`,
      domain,
      tagsOf(domain),
      tagCommand("apigateway")(me, arnOf(aws.region, `/domainnames/${me.name}`)),
    );
    return { domain, mappings: await mappingsOf(aws, me.name) };
  },
  id,
  phase({ domain }) {
    const { domainNameStatus: status, domainNameStatusMessage: message } = domain;
    const why = message ? `${status}: ${message}` : String(status);
    switch (status) {
      // Left out of domain names that were made before there were statuses (DomainName).
      case undefined:
      case "AVAILABLE":
        return ready;
      case "UPDATING":
      case "PENDING":
      case "PENDING_CERTIFICATE_REIMPORT":
      case "PENDING_OWNERSHIP_VERIFICATION":
        return pending(why);
      case "FAILED":
        return failed(why);
      default:
        return unfamiliar(status);
    }
  },
  outputs: ({ domain }) => ({
    domainName: required(domain.domainName, "domainName"),
    regionalDomainName: required(domain.regionalDomainName, "regionalDomainName"),
    regionalHostedZoneId: required(domain.regionalHostedZoneId, "regionalHostedZoneId"),
  }),

  changes: (want, live, me) => [
    ...compare(
      { certificateArn: want.certificateArn, securityPolicy: "TLS_1_2", endpointType: "REGIONAL" },
      {
        certificateArn: live.domain.regionalCertificateArn,
        securityPolicy: live.domain.securityPolicy,
        endpointType: live.domain.endpointConfiguration?.types?.[0],
      },
      ["endpointType"],
    ),
    ...extraPaths(want, live).map(
      (path): Change => ({ path: `basePaths.${path}`, want: undefined, live: path, fix: "update" }),
    ),
    ...compareTags(me, tagsOf(live.domain)),
  ],

  async create(aws, me, _key, want) {
    await aws.apigateway(
      new CreateDomainNameCommand({
        domainName: me.name,
        regionalCertificateArn: want.certificateArn,
        securityPolicy: "TLS_1_2",
        endpointConfiguration: { types: ["REGIONAL"] },
        tags: { ...me.tags },
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    const domainName = id(live);
    const patchOperations = [
      ...(touches(changes, "certificateArn") ? [replaceValue("/regionalCertificateArn", want.certificateArn)] : []),
      ...(touches(changes, "securityPolicy") ? [replaceValue("/securityPolicy", "TLS_1_2")] : []),
    ];
    if (patchOperations.length > 0) await aws.apigateway(new UpdateDomainNameCommand({ domainName, patchOperations }));
    for (const basePath of extraPaths(want, live)) {
      if (!touches(changes, `basePaths.${basePath}`)) continue;
      await unlessGone(aws.apigateway(new DeleteBasePathMappingCommand({ domainName, basePath })));
    }
    if (touches(changes, "tags")) await retag(aws, `/domainnames/${domainName}`, me);
  },

  remove: (aws, live) => unlessGone(aws.apigateway(new DeleteDomainNameCommand({ domainName: id(live) }))),

  listOwned: async (aws, environment) =>
    ownedIn(await domainNames(aws), environment, { id: idOf, name: idOf, tags: tagsOf }),
  classify: classifyConflict,
};
