import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  type Role as RoleOutput,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { type Operation, type Resource, read, type ServiceModel, write } from "../model.ts";
import { page } from "../paging.ts";
import { fromList, TagSet } from "../tags.ts";
import type { Part, Past } from "../visibility.ts";
import { grants, managed, parsePolicy, trusts } from "./policy.ts";
import { simulation } from "./simulation.ts";

interface Role {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  trust: string;
  description: string | undefined;
  maxSession: number;
  boundary: string | undefined;
  /** Policy documents by name. */
  readonly inline: Map<string, string>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
  readonly tags: TagSet;
}

/** AWS IAM: roles with their trust, inline and attached policies. */
export class IamModel implements ServiceModel {
  readonly name = "iam";
  readonly client = IAMClient;
  readonly throttled = () => awsError("Throttling", "Rate exceeded");
  // IAM publishes no rates; these are near what accounts see for writes and reads.
  readonly limits = [
    { operations: "mutating" as const, perSecond: 10, burst: 20 },
    { operations: "all" as const, perSecond: 50, burst: 100 },
  ];
  readonly operations: readonly Operation[];
  readonly #cloud: Cloud;
  readonly #roles = new Map<string, Role>();
  readonly #past: Past<Role>;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#past = cloud.past(this.#roles);
    const createFields = [
      "RoleName",
      "AssumeRolePolicyDocument",
      "Path",
      "Description",
      "MaxSessionDuration",
      "PermissionsBoundary",
      "Tags",
    ] as const;
    this.operations = [
      write(CreateRoleCommand, createFields, (input) => {
        const { RoleName: name = "", Path: path = "/", AssumeRolePolicyDocument: trust = "" } = input;
        // CreateRole API: RoleName is 1 to 64 of these characters.
        if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw validation("roleName");
        if (!/^\/([\u0021-\u007F]+\/)?$/.test(path)) throw validation("path");
        if (this.#roles.has(name)) {
          throw awsError("EntityAlreadyExistsException", `Role with name ${name} already exists.`, 409);
        }
        checkDocument(trust);
        const role: Role = {
          name,
          path,
          id: `AROA${String(cloud.count("role")).padStart(16, "0")}`,
          arn: cloud.arn("iam", `role${path}${name}`, ""),
          created: new Date(cloud.now()),
          trust,
          description: input.Description,
          maxSession: checkSession(input.MaxSessionDuration ?? 3600),
          boundary: input.PermissionsBoundary === undefined ? undefined : checkBoundary(input.PermissionsBoundary),
          inline: new Map(),
          attached: new Set(),
          tags: new TagSet(fromList(input.Tags), cloud.now()),
        };
        this.#roles.set(name, role);
        // The reply of the creation leaves it out (LocalStack snapshot test_create_describe_role; placebo CreateRole).
        return { Role: { ...show(role), MaxSessionDuration: undefined } };
      }),
      read(GetRoleCommand, ["RoleName"], ({ RoleName }) => ({
        // There even when the role was never used (the same snapshot; 47 of 71 placebo recordings).
        Role: { ...this.#show(this.#seen(RoleName, "iam.trust")), RoleLastUsed: {} },
      })),
      read(ListRolesCommand, ["PathPrefix", "MaxItems", "Marker"], ({ PathPrefix = "/", MaxItems, Marker }) => {
        const roles = [...this.#roles.keys()]
          .flatMap((name) => this.#past.seen(name, "iam.trust") ?? [])
          .filter((role) => role.path.startsWith(PathPrefix) && cloud.visible(role.created.getTime()));
        const { items, ...more } = this.#page(roles, (role) => role.name, MaxItems, Marker);
        // ListRoles API: "does not return tags, PermissionsBoundary, RoleLastUsed".
        return {
          Roles: items.map((role) => ({ ...this.#show(role), Tags: undefined, PermissionsBoundary: undefined })),
          ...more,
        };
      }),
      write(UpdateRoleCommand, ["RoleName", "Description", "MaxSessionDuration"], (input) => {
        const role = this.#role(input.RoleName);
        // What is not given stays (UpdateRole API).
        const maxSession = checkSession(input.MaxSessionDuration ?? role.maxSession);
        role.maxSession = maxSession;
        role.description = input.Description ?? role.description;
        return {};
      }),
      write(UpdateAssumeRolePolicyCommand, ["RoleName", "PolicyDocument"], ({ RoleName, PolicyDocument = "" }) => {
        const role = this.#role(RoleName);
        role.trust = checkDocument(PolicyDocument);
        return {};
      }),
      write(PutRolePermissionsBoundaryCommand, ["RoleName", "PermissionsBoundary"], (input) => {
        this.#role(input.RoleName).boundary = checkBoundary(input.PermissionsBoundary ?? "");
        return {};
      }),
      write(DeleteRoleCommand, ["RoleName"], ({ RoleName }) => {
        const role = this.#role(RoleName);
        // DeleteRole API: inline policies must be deleted and managed ones detached first.
        if (role.attached.size > 0) throw conflict("Cannot delete entity, must detach all policies first.");
        if (role.inline.size > 0) throw conflict("Cannot delete entity, must delete policies first.");
        this.#roles.delete(role.name);
        return {};
      }),
      write(TagRoleCommand, ["RoleName", "Tags"], ({ RoleName, Tags }) => {
        this.#role(RoleName).tags.set(fromList(Tags), cloud.now());
        return {};
      }),
      write(UntagRoleCommand, ["RoleName", "TagKeys"], ({ RoleName, TagKeys = [] }) => {
        this.#role(RoleName).tags.delete(TagKeys);
        return {};
      }),
      read(ListRoleTagsCommand, ["RoleName", "MaxItems", "Marker"], ({ RoleName, MaxItems, Marker }) => {
        const { items, ...more } = this.#page(
          this.#seen(RoleName, "iam.tags").tags.list(),
          ({ Key }) => Key,
          MaxItems,
          Marker,
        );
        return { Tags: items, ...more };
      }),
      write(PutRolePolicyCommand, ["RoleName", "PolicyName", "PolicyDocument"], (input) => {
        const { PolicyName = "", PolicyDocument = "" } = input;
        const role = this.#role(input.RoleName);
        if (!/^[\w+=,.@-]{1,128}$/.test(PolicyName)) throw validation("policyName");
        role.inline.set(PolicyName, checkDocument(PolicyDocument));
        return {};
      }),
      read(GetRolePolicyCommand, ["RoleName", "PolicyName"], ({ RoleName, PolicyName = "" }) => {
        const role = this.#seen(RoleName, "iam.inline");
        const document = role.inline.get(PolicyName);
        if (document === undefined) throw noPolicy(PolicyName);
        return { RoleName: role.name, PolicyName, PolicyDocument: encodeURIComponent(document) };
      }),
      read(ListRolePoliciesCommand, ["RoleName", "MaxItems", "Marker"], ({ RoleName, MaxItems, Marker }) => {
        const names = [...this.#seen(RoleName, "iam.inline").inline.keys()];
        const { items, ...more } = this.#page(names, (name) => name, MaxItems, Marker);
        return { PolicyNames: items, ...more };
      }),
      write(DeleteRolePolicyCommand, ["RoleName", "PolicyName"], ({ RoleName, PolicyName = "" }) => {
        if (!this.#role(RoleName).inline.delete(PolicyName)) throw noPolicy(PolicyName);
        return {};
      }),
      write(AttachRolePolicyCommand, ["RoleName", "PolicyArn"], ({ RoleName, PolicyArn = "" }) => {
        const role = this.#role(RoleName);
        // LocalStack snapshot test_role_attach_policy: a name in place of an ARN.
        if (!PolicyArn.startsWith("arn:")) throw awsError("ValidationError", "Invalid ARN:  Could not be parsed!");
        if (!managed[PolicyArn]) {
          throw awsError("NoSuchEntityException", `Policy ${PolicyArn} does not exist or is not attachable.`, 404);
        }
        role.attached.add(PolicyArn);
        return {};
      }),
      write(DetachRolePolicyCommand, ["RoleName", "PolicyArn"], ({ RoleName, PolicyArn = "" }) => {
        if (!this.#role(RoleName).attached.delete(PolicyArn)) {
          throw awsError("NoSuchEntityException", `Policy ${PolicyArn} was not found.`, 404);
        }
        return {};
      }),
      read(ListAttachedRolePoliciesCommand, ["RoleName", "MaxItems", "Marker"], ({ RoleName, MaxItems, Marker }) => {
        const arns = [...this.#seen(RoleName, "iam.attached").attached];
        const { items, ...more } = this.#page(arns, (arn) => arn, MaxItems, Marker);
        return {
          AttachedPolicies: items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split("/").at(-1) })),
          ...more,
        };
      }),
      simulation(
        (arn) => {
          const role = this.#byArn(arn);
          return role && [...role.inline.values()];
        },
        (items, key, limit, marker) => this.#page(items, key, limit, marker),
      ),
    ];
  }

  *resources(): Generator<Resource> {
    for (const role of this.#roles.values()) {
      yield { key: `role/${role.name}`, arn: role.arn, tags: role.tags.all(), state: role };
    }
  }

  /** Whether the service can assume the role now: it exists, has propagated, and trusts the service. */
  assumable(arn: string, service: string): boolean {
    const role = this.#byArn(arn, service === "lambda.amazonaws.com" ? "iam@lambda" : "iam@apigateway");
    return role !== undefined && trusts(role.trust, service) && this.propagated(arn);
  }

  /** Whether the role has reached the other services: 10 s after it was made (aws-notes; that it exists proves nothing). */
  propagated(arn: string): boolean {
    const role = this.#byArn(arn);
    return role !== undefined && this.#cloud.now() >= role.created.getTime() + this.#cloud.durations.rolePropagation;
  }

  /** Whether the role's policies allow an action on some resource, as far as the observer sees them. */
  allows(arn: string, action: string, observer?: Part): boolean {
    const role = this.#byArn(arn, observer);
    if (!role) return false;
    const byManaged = [...role.attached].some((policy) => managed[policy]?.includes(action));
    return byManaged || [...role.inline.values()].some((document) => grants(document, action));
  }

  #byArn(arn: string, observer?: Part): Role | undefined {
    const role = [...this.#roles.values()].find((candidate) => candidate.arn === arn);
    return role && observer ? this.#past.seen(role.name, observer) : role;
  }

  #role(name: string | undefined): Role {
    const role = this.#roles.get(name ?? "");
    if (!role) throw noRole(name);
    return role;
  }

  /** The role as one part of it is seen. */
  #seen(name: string | undefined, part: Part): Role {
    const role = this.#role(name);
    const seen = this.#past.seen(role.name, part);
    if (!seen || !this.#cloud.visible(role.created.getTime())) throw noRole(name);
    return seen;
  }

  /** A fresh role may show its unique id where its ARN will stand (aws-notes, IAM row; IAM User Guide, "Unique identifiers"). */
  #show(role: Role): RoleOutput {
    return { ...show(role), ...(!this.#past.seen(role.name, "iam.arn") && { Arn: role.id }) };
  }

  #page<T>(items: T[], key: (item: T) => string, limit: number | undefined, marker: string | undefined) {
    const size = Math.min(limit ?? this.#cloud.pageSize, this.#cloud.pageSize);
    const { items: cut, next } = page(items, key, size, marker, () => awsError("ValidationError", "Invalid Marker."));
    return { items: cut, IsTruncated: next !== undefined, ...(next !== undefined && { Marker: next }) };
  }
}

/** Documents come back URL-encoded (Role data type: "compliant with RFC 3986"). */
function show(role: Role): RoleOutput {
  return {
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    Path: role.path,
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSession,
    // AttachedPermissionsBoundary data type: the type is always this one.
    ...(role.boundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: "PermissionsBoundaryPolicy",
        PermissionsBoundaryArn: role.boundary,
      },
    }),
    ...(role.tags.size > 0 && { Tags: role.tags.list() }),
  };
}

function checkDocument(document: string): string {
  if (!parsePolicy(document)) {
    throw awsError("MalformedPolicyDocumentException", "This policy contains invalid Json");
  }
  return document;
}

/** CreateRole API: 3600 to 43200 seconds. */
function checkSession(seconds: number): number {
  if (seconds < 3600 || seconds > 43200) throw validation("maxSessionDuration");
  return seconds;
}

/** PutRolePermissionsBoundary API: the ARN of a managed policy. Which there are, the model does not know. */
function checkBoundary(arn: string): string {
  if (!/^arn:aws:iam::(\d{12}|aws):policy\//.test(arn)) {
    throw awsError("ValidationError", "Invalid ARN:  Could not be parsed!");
  }
  return arn;
}

function noRole(name: string | undefined) {
  return awsError("NoSuchEntityException", `The role with name ${name} cannot be found.`, 404);
}

function noPolicy(name: string) {
  return awsError("NoSuchEntityException", `The role policy with name ${name} cannot be found.`, 404);
}

function conflict(message: string) {
  return awsError("DeleteConflictException", message, 409);
}

function validation(field: string) {
  return awsError("ValidationError", `1 validation error detected: Value at '${field}' failed to satisfy constraint`);
}
