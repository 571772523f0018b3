import * as gateway from "@aws-sdk/client-api-gateway";
import { type Context, objectOf, stringsIn, touching } from "../cloud/authorization.ts";
import type { Call, Cloud } from "../cloud/cloud.ts";
import { services } from "../cloud/services.ts";
import type { Request } from "./evaluate.ts";
import { actions, isOfType } from "./service-authorization.ts";
import { arnsOf, tagsIn } from "./touched.ts";

/** A call, and the cloud as it was when the call was made. */
export interface Occasion {
  readonly call: Readonly<Call>;
  readonly cloud: Cloud;
}

/** Services without regions count as us-east-1 (IAM user guide, "AWS global condition context keys"). */
const isGlobal = (action: string) => /^(iam|route53):/.test(action);

type Tags = Readonly<Record<string, string>>;

/** The tags of everything there is when a call is made, by ARN. Made once per call: there may be hundreds. */
const tagsAtCall = new WeakMap<Readonly<Call>, ReadonlyMap<string, Tags>>();

/** The tags of a resource, or of what it is part of (API Gateway developer guide, "Tag inheritance"). */
function tagsOf({ call, cloud }: Occasion, arn: string): Tags {
  let all = tagsAtCall.get(call);
  if (all === undefined) {
    all = new Map([...cloud.resources()].flatMap((r) => (r.arn === undefined ? [] : [[r.arn, r.tags] as const])));
    tagsAtCall.set(call, all);
  }
  const path = arn.replace(/:\*$/, "").split("/");
  for (let length = path.length; length > 0; length--) {
    const tags = all.get(path.slice(0, length).join("/"));
    if (tags !== undefined) return tags;
  }
  return {};
}

const keyed = (prefix: string, tags: Tags): Context =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${prefix}/${name}`, [value]]));

/** The condition keys of its service that a call's input fills in. */
const contextOf = ({ call, cloud }: Occasion): Context =>
  services[call.service]?.authorization?.context?.(touching(call, cloud)) ?? {};

/**
 * One request, with the condition keys that the Service Authorization Reference lists for this action on this type of
 * resource: what it does not list is not in the context, whatever the call says.
 */
export function request(occasion: Occasion, action: string, resource: string, more: Context = {}): Request {
  const { call, cloud } = occasion;
  const entry = actions[action];
  if (entry === undefined) throw new Error(`${action} is not in the extract of the Service Authorization Reference`);
  const [service = ""] = action.split(":");
  const [type] = Object.keys(entry.on).filter((t) => isOfType(resource, service, t));
  // The reference leaves most paths out of apigateway:PUT; each path of an API or a domain has tags.
  const ofGateway = service === "apigateway" && /::\/(restapis|domainnames)/.test(resource) ? ["aws:ResourceTag"] : [];
  const known = new Set([...entry.keys, ...(type === undefined ? [] : (entry.on[type] ?? [])), ...ofGateway]);
  const all: Context = {
    ...keyed("aws:RequestTag", tagsIn(call.input)),
    ...keyed("aws:ResourceTag", tagsOf(occasion, resource)),
    ...contextOf(occasion),
    ...more,
  };
  return {
    action,
    resource,
    context: {
      ...Object.fromEntries(Object.entries(all).filter(([key]) => known.has(key.split("/")[0] ?? ""))),
      "aws:RequestedRegion": [isGlobal(action) ? "us-east-1" : cloud.region],
      "aws:PrincipalAccount": [cloud.account],
    },
  };
}

/** Looks, which say nothing of a resource when they ask for all. */
const isLook = (action: string) => /:(Describe|List|Get)/.test(action);

/** What IAM is asked about a call: each action of its operation, on each resource of the types that it is checked on. */
export function requestsOf(occasion: Occasion, needed: readonly string[]): Request[] {
  const { call, cloud } = occasion;
  if (call.service === "apigateway") return ofGateway(occasion);
  const touched = arnsOf(call, cloud);
  return needed.flatMap((action) => {
    const [service = ""] = action.split(":");
    const types = Object.keys(actions[action]?.on ?? {});
    const resources = touched.filter((arn) => types.some((type) => isOfType(arn, service, type)));
    if (resources.length === 0 && types.length > 0 && !isLook(action)) {
      throw new Error(`the test does not know what ${call.service} ${call.operation} needs ${action} on`);
    }
    // EC2 asks for the right to tag what a call makes together with that call's name.
    const isTagging = action === "ec2:CreateTags" && call.operation !== "CreateTags";
    const more: Context = isTagging ? { "ec2:CreateAction": [call.operation] } : {};
    const tagged = isTagging
      ? resources.filter((arn) => arn.endsWith("/*"))
      : action === "rds:AddTagsToResource" && call.operation !== "AddTagsToResource"
        ? resources.filter((arn) => isOfType(arn, "rds", madeBy[call.operation] ?? ""))
        : resources;
    const forms = action.startsWith("logs:") ? tagged.filter((arn) => fitsLogs(action, arn)) : tagged;
    return (forms.length === 0 ? ["*"] : forms).map((resource) => request(occasion, action, resource, more));
  });
}

/** What RDS tags in the course of a call. */
const madeBy: Readonly<Record<string, string>> = {
  CreateDBCluster: "cluster",
  CreateDBClusterParameterGroup: "cluster-pg",
  CreateDBInstance: "db",
  CreateDBSubnetGroup: "subgrp",
  RestoreDBClusterFromSnapshot: "cluster",
};

/**
 * Which form of a log group's ARN an action is checked on (CloudWatch Logs user guide, "Overview of managing access");
 * creating one is not said clearly, so both have to be allowed.
 */
const fitsLogs = (action: string, arn: string) =>
  action === "logs:CreateLogGroup" || /:(TagResource|ListTagsForResource)$/.test(action) !== arn.endsWith(":*");

/** API Gateway's actions are the verbs and its resources the paths of its API, as the SDK sends them. */
function ofGateway(occasion: Occasion): Request[] {
  const { call, cloud } = occasion;
  const input = objectOf(call.input);
  const schema: unknown = Reflect.get(gateway, `${call.operation}$`);
  const traits = objectOf(Array.isArray(schema) ? schema[3] : undefined);
  const [verb = "", uri = ""] = stringsIn(traits["http"]);
  const path = uri
    .replace(/[?].*$/, "")
    .replace(/\{(\w+)\}/g, (_, label: string) =>
      encodeURIComponent(String(input[label])).replaceAll("%28none%29", "(none)"),
    );
  const arn = (of: string) => `arn:aws:apigateway:${cloud.region}::${of}`;
  const self = request(occasion, `apigateway:${verb}`, arn(path));
  const [resource] = stringsIn(input["resourceArn"]);
  return resource === undefined ? [self] : [self, request(occasion, "apigateway:PATCH", resource)];
}
