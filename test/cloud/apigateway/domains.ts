import {
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  DeleteDomainNameCommand,
  type DomainName as DomainView,
  GetBasePathMappingCommand,
  GetBasePathMappingsCommand,
  GetDomainNameCommand,
  GetDomainNamesCommand,
  UpdateBasePathMappingCommand,
  UpdateDomainNameCommand,
} from "@aws-sdk/client-api-gateway";
import { UnmodelledError } from "../errors.ts";
import { type Operation, onlyFields, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { badRequest, conflict, notFound, type Patchable, patched, word } from "./patch.ts";
import { type ApiStore, type Domain, type Mapping, tagged } from "./store.ts";

/** Hosted zones of the regional endpoints. Source: AWS General Reference, "Amazon API Gateway endpoints and quotas". */
const regionalZones: { readonly [region: string]: string } = {
  "us-east-1": "Z1UJRXOUMOOFQ8",
  "us-east-2": "ZOJJZC49E0EPZ",
  "us-west-2": "Z2OJLYMUO9EFXC",
};

const policies = ["TLS_1_0", "TLS_1_2"] as const;

const domainPaths: readonly Patchable<Domain>[] = [
  {
    path: "/regionalCertificateArn",
    ops: ["replace"],
    apply: (domain, value) => Object.assign(domain, { certificateArn: value ?? "" }),
  },
  {
    path: "/securityPolicy",
    ops: ["replace"],
    apply: (domain, value) => Object.assign(domain, { securityPolicy: word(value, policies) }),
  },
];

const mappingPaths: readonly Patchable<Mapping>[] = [
  {
    path: "/basePath",
    ops: ["replace"],
    apply: (mapping, value) => Object.assign(mapping, { basePath: value || none }),
  },
  { path: "/restapiId", ops: ["replace"], apply: (mapping, value) => Object.assign(mapping, { restApiId: value }) },
  { path: "/stage", ops: ["replace"], apply: (mapping, value) => Object.assign(mapping, { stage: value }) },
];

/** How the empty base path is written in calls (GetBasePathMapping). */
const none = "(none)";

/** The hosted zone that serves this region's regional domains. */
export function regionalZone(region: string): string {
  const zone = regionalZones[region];
  if (!zone) throw new UnmodelledError(`API Gateway's hosted zone in ${region}`);
  return zone;
}

/** Regional custom domain names and their mappings. */
export function domainOperations(store: ApiStore): Operation[] {
  const { cloud } = store;
  const show = (domain: Domain): DomainView => ({
    domainName: domain.domainName,
    domainNameArn: store.arn(`/domainnames/${domain.domainName}`),
    regionalDomainName: domain.regionalDomainName,
    regionalHostedZoneId: regionalZone(cloud.region),
    regionalCertificateArn: domain.certificateArn,
    // Placebo test_apigw_domain_name_*, all 4 domains.
    certificateUploadDate: domain.certifiedAt,
    endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "ipv4" },
    domainNameStatus: statusOf(store, domain),
    securityPolicy: domain.securityPolicy,
    ...tagged(domain.tags),
  });
  const certified = (arn: string, domainName: string) => {
    if (!arn.startsWith(cloud.arn("acm", "certificate/")))
      throw badRequest("Invalid certificate ARN: it must be in this region");
    if (!cloud.services.acm.covers(arn, domainName)) {
      throw badRequest(`The certificate provided must be issued and cover the domain name: ${arn}`);
    }
  };
  const fields = ["domainName", "regionalCertificateArn", "endpointConfiguration", "securityPolicy", "tags"] as const;
  return [
    write(CreateDomainNameCommand, fields, (input) => {
      const { domainName = "", regionalCertificateArn = "", endpointConfiguration } = input;
      onlyFields(endpointConfiguration, "endpointConfiguration", ["types"]);
      if (endpointConfiguration?.types?.join() !== "REGIONAL")
        throw new UnmodelledError("a domain name that is not regional");
      if (store.domains.has(domainName)) throw badRequest("The domain name you provided already exists.");
      certified(regionalCertificateArn, domainName);
      const domain: Domain = {
        domainName,
        createdAt: store.now(),
        changedAt: store.now(),
        tags: new TagSet(input.tags ?? {}, cloud.now()),
        regionalDomainName: `d-${store.id("n")}.execute-api.${cloud.region}.amazonaws.com`,
        certificateArn: regionalCertificateArn,
        certifiedAt: store.now(),
        securityPolicy: word(input.securityPolicy ?? "TLS_1_2", policies),
        mappings: new Map(),
      };
      store.domains.set(domainName, domain);
      return show(domain);
    }),
    read(GetDomainNameCommand, ["domainName"], ({ domainName }) => {
      const domain = store.domain(domainName);
      if (!cloud.visible(domain.createdAt.getTime())) throw notFound("Invalid domain name identifier specified");
      return show(domain);
    }),
    read(GetDomainNamesCommand, ["position", "limit"], ({ position, limit }) => {
      const { items, position: next } = store.page(store.domains.values(), (d) => d.domainName, limit, position);
      return { items: items.map(show), position: next };
    }),
    write(UpdateDomainNameCommand, ["domainName", "patchOperations"], ({ domainName, patchOperations }) => {
      const domain = store.domain(domainName);
      if (statusOf(store, domain) !== "AVAILABLE") throw conflict("The domain name is being updated");
      const next = patched(domain, patchOperations, domainPaths);
      if (next.certificateArn !== domain.certificateArn) {
        next.certifiedAt = store.now();
        certified(next.certificateArn, domain.domainName);
        cloud.services.acm.release(domain.certificateArn);
      }
      return show(Object.assign(domain, next, { changedAt: store.now() }));
    }),
    write(DeleteDomainNameCommand, ["domainName"], ({ domainName }) => {
      const domain = store.domain(domainName);
      cloud.bury(store.arn(`/domainnames/${domain.domainName}`), domain.tags);
      cloud.services.acm.release(domain.certificateArn);
      store.domains.delete(domain.domainName);
      return {};
    }),
    ...mappingOperations(store),
  ];
}

function statusOf(store: ApiStore, { createdAt, changedAt }: Domain): "AVAILABLE" | "PENDING" | "UPDATING" {
  if (store.cloud.now() >= changedAt.getTime() + store.cloud.durations.domainName) return "AVAILABLE";
  return changedAt.getTime() === createdAt.getTime() ? "PENDING" : "UPDATING";
}

function mappingOperations(store: ApiStore): Operation[] {
  const { cloud } = store;
  const find = (domainName: string | undefined, basePath: string | undefined): Mapping => {
    const mapping = store.domain(domainName).mappings.get(basePath || none);
    if (!mapping) throw notFound("Invalid base path mapping identifier specified");
    return mapping;
  };
  const show = ({ basePath, restApiId, stage }: Mapping) => ({ basePath, restApiId, stage });
  const check = ({ restApiId, stage }: Mapping) => {
    const api = store.apis.get(restApiId);
    if (!api) throw badRequest("Invalid REST API identifier specified");
    if (stage !== undefined && !api.stages.has(stage)) throw badRequest("Invalid stage identifier specified");
  };
  return [
    write(CreateBasePathMappingCommand, ["domainName", "basePath", "restApiId", "stage"], (input) => {
      const { mappings, createdAt } = store.domain(input.domainName);
      // Whatever is wrong with it, hashicorp/terraform-provider-aws repeats BadRequest for 30 s (base_path_mapping.go).
      if (cloud.now() < createdAt.getTime() + cloud.durations.domainMappable)
        throw badRequest("Invalid domain name identifier specified");
      const basePath = input.basePath || none;
      const mapping: Mapping = {
        createdAt: store.now(),
        basePath,
        restApiId: input.restApiId ?? "",
        stage: input.stage,
      };
      check(mapping);
      if (mappings.has(basePath)) throw conflict("Base path already exists for this domain name");
      // Text: serverless-domain-manager#179.
      if (mappings.has(none) || (basePath === none && mappings.size > 0)) {
        throw conflict("Only one base path mapping is allowed if the base path is empty.");
      }
      mappings.set(basePath, mapping);
      return show(mapping);
    }),
    read(GetBasePathMappingCommand, ["domainName", "basePath"], ({ domainName, basePath }) => {
      const mapping = find(domainName, basePath);
      if (!cloud.visible(mapping.createdAt.getTime())) throw notFound("Invalid base path mapping identifier specified");
      return show(mapping);
    }),
    read(GetBasePathMappingsCommand, ["domainName", "position", "limit"], ({ domainName, position, limit }) => {
      const { items, position: next } = store.page(
        store.domain(domainName).mappings.values(),
        (m) => m.basePath,
        limit,
        position,
      );
      return { items: items.map(show), position: next };
    }),
    write(UpdateBasePathMappingCommand, ["domainName", "basePath", "patchOperations"], (input) => {
      const { mappings } = store.domain(input.domainName);
      const mapping = find(input.domainName, input.basePath);
      const next = patched(mapping, input.patchOperations, mappingPaths);
      check(next);
      if (next.basePath !== mapping.basePath && mappings.has(next.basePath))
        throw conflict("Base path already exists for this domain name");
      mappings.delete(mapping.basePath);
      mappings.set(next.basePath, next);
      return show(next);
    }),
    write(DeleteBasePathMappingCommand, ["domainName", "basePath"], ({ domainName, basePath }) => {
      const mapping = find(domainName, basePath);
      store.domain(domainName).mappings.delete(mapping.basePath);
      return {};
    }),
  ];
}
