import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type Role as Description,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { Aws } from "../../aws/aws.ts";
import { mayBeNamed } from "../../config/names.ts";
import type { Json } from "../../engine/journal.ts";
import { pending, ready } from "../../engine/kind.ts";
import { compare, compareMembers, none, parseDocument } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { tagCommand } from "../tag-command.ts";
import { byName } from "../tagging.ts";
import { compareTags, fromList, isEnvironments, nodeOf, requireOurs, toList, touches } from "../tags.ts";
import { iam, pushToLogs } from "./permissions.ts";

interface Wanted {
  readonly description: string;
  /** The assume-role policy. */
  readonly trust: Json;
  /** Inline policies by name. */
  readonly policies: Readonly<Record<string, Json>>;
  /** ARNs of attached managed policies. */
  readonly managed: readonly string[];
  /** ARN of the policy that limits it. Without one, whatever limits it is left alone. */
  readonly permissionsBoundary?: string | undefined;
  /** Begins and ends with a slash; "/" unless told. */
  readonly path?: string | undefined;
}

interface Live extends Description {
  readonly policies: Readonly<Record<string, Json | undefined>>;
  readonly managed: readonly string[];
}

const maxSessionSeconds = 3600;

const id = (role: Description) => required(role.RoleName, "RoleName");
const arn = (role: Description) => required(role.Arn, "Arn");

/** IAM answers with URL-encoded documents (IAM API reference, GetRolePolicy). */
const decode = (document: string | undefined) => parseDocument(document === undefined ? undefined : decoded(document));

/** Documents that were never encoded, from an AWS-like endpoint, may hold a percent sign of their own. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A role with its inline and attached policies. Whatever policy someone adds to it is drift and is taken away.
 *
 * A fresh role cannot be assumed for some seconds; whoever passes it to a service retries that service's refusal.
 */
export const Role: AwsKind<Wanted, Live, { roleName: string; roleArn: string }> = {
  type: "iam:role",
  recover: "fixed-name",
  // Not before its policies are in place.
  usable: "ready",
  // Its policies only name what they are about; and it outlives network interfaces that may take 45 minutes to go.
  releases: "at-once",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 1 },
  permissions: iam,
  card: "IAM roles",
  parseKey: noKey,

  async find(aws, me) {
    const role = await readRole(aws, me.name);
    if (role === undefined) return undefined;
    requireOurs(me, `role ${me.name}`, role, fromList(role.Tags), tagCommand("iam")(me, me.name));
    const [policies, managed] = await Promise.all([inlinePolicies(aws, me.name), attachedPolicies(aws, me.name)]);
    return { ...role, policies, managed };
  },
  id,
  // For a moment IAM may name a fresh role by its unique id, AROA…, where its ARN belongs: nobody can use that
  // (hashicorp/terraform-provider-aws, internal/service/iam/role.go and wait.go).
  phase: (live) => (arn(live).startsWith("arn:") ? ready : pending(`IAM to name its ARN; it says ${arn(live)}`)),
  outputs: (live) => ({ roleName: id(live), roleArn: arn(live) }),

  changes: (want, live, me) => [
    ...compare(
      {
        description: want.description,
        trust: want.trust,
        maxSessionSeconds,
        path: want.path ?? "/",
        ...(want.permissionsBoundary !== undefined && { permissionsBoundary: want.permissionsBoundary }),
      },
      {
        // Left out when it was never set (Role).
        description: live.Description ?? none,
        trust: decode(live.AssumeRolePolicyDocument),
        maxSessionSeconds: live.MaxSessionDuration,
        path: live.Path,
        // Left out when it has none (Role).
        permissionsBoundary: live.PermissionsBoundary?.PermissionsBoundaryArn ?? none,
      },
      ["path"],
    ),
    ...compareMembers("policies", want.policies, live.policies),
    ...compareMembers("managed", attached(want.managed), attached(live.managed)),
    ...compareTags(me, fromList(live.Tags)),
  ],

  async create(aws, me, _key, want) {
    await aws.iam(
      new CreateRoleCommand({
        RoleName: me.name,
        Description: want.description,
        AssumeRolePolicyDocument: JSON.stringify(want.trust),
        MaxSessionDuration: maxSessionSeconds,
        Path: want.path,
        PermissionsBoundary: want.permissionsBoundary,
        Tags: toList(me.tags),
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    const RoleName = id(live);
    if (touches(changes, "description", "maxSessionSeconds")) {
      await aws.iam(
        new UpdateRoleCommand({ RoleName, Description: want.description, MaxSessionDuration: maxSessionSeconds }),
      );
    }
    if (touches(changes, "trust")) {
      await aws.iam(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(want.trust) }));
    }
    // Before its policies, so that it never has what lies beyond.
    if (touches(changes, "permissionsBoundary")) {
      const PermissionsBoundary = required(want.permissionsBoundary, "permissionsBoundary");
      await aws.iam(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    }
    for (const [PolicyName, document] of Object.entries(want.policies)) {
      if (!touches(changes, `policies.${PolicyName}`)) continue;
      const PolicyDocument = JSON.stringify(document);
      await aws.iam(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    }
    for (const PolicyArn of want.managed) {
      if (live.managed.includes(PolicyArn)) continue;
      await aws.iam(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    await strip(
      aws,
      live,
      (name) => name in want.policies || !touches(changes, `policies.${name}`),
      (arn) => want.managed.includes(arn) || !touches(changes, `managed.${arn}`),
    );
    if (touches(changes, "tags")) await aws.iam(new TagRoleCommand({ RoleName, Tags: toList(me.tags) }));
  },

  // DeleteRole is refused while the role has policies (DeleteConflict).
  async remove(aws, live) {
    await strip(
      aws,
      live,
      () => false,
      () => false,
    );
    await unlessGone(aws.iam(new DeleteRoleCommand({ RoleName: id(live) })));
  },

  /** The tagging API leaves roles out, and ListRoles their tags: those of a name like ours are read, as `find` reads them. */
  async listOwned(aws, environment) {
    const names = (await roleNames(aws)).filter((name) => mayBeNamed(name, environment));
    const tagged = await Promise.all(
      names.map(async (name) => ({ name, tags: fromList((await readRole(aws, name))?.Tags) })),
    );
    return tagged
      .filter(({ tags }) => isEnvironments(tags, environment))
      .map(({ name, tags }) => ({ node: nodeOf(tags), ...byName(name) }));
  },
};

/**
 * A role that all environments of the account use: made when absent, given the policies that it lacks, and otherwise
 * never changed and no environment's to remove.
 */
export const SharedRole: typeof Role = {
  ...Role,
  type: "iam:shared-role",
  role: "account-setting",
  note(live) {
    const added = [...Object.keys(live.policies), ...live.managed.filter((policy) => policy !== pushToLogs)];
    return added.length === 0 ? undefined : `somebody else has given it ${added.join(", ")}, which stays`;
  },
  changes: (want, live, me) =>
    Role.changes(want, live, me).filter((c) => touches([c], "policies", "managed") && c.live === undefined),
};

const readRole = (aws: Aws, RoleName: string): Promise<Description | undefined> =>
  aws.shared(`iam:role ${RoleName}`, async () => (await ifThere(aws.iam(new GetRoleCommand({ RoleName }))))?.Role);

/** The names of all roles of the account. */
const roleNames = (aws: Aws): Promise<string[]> =>
  aws.shared("iam:roles", async () => {
    const roles = await allPages("Roles", "Marker", (Marker) =>
      // As many as IAM gives at once (ListRoles, `MaxItems`).
      aws.iam(new ListRolesCommand({ MaxItems: 1000, Marker })),
    );
    return roles.flatMap(({ RoleName }) => RoleName ?? []);
  });

/** Takes policies away that are not to be kept. */
async function strip(
  aws: Aws,
  live: Live,
  keepInline: (name: string) => boolean,
  keepManaged: (arn: string) => boolean,
): Promise<void> {
  const RoleName = id(live);
  for (const PolicyName of Object.keys(live.policies).filter((name) => !keepInline(name))) {
    await unlessGone(aws.iam(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  }
  for (const PolicyArn of live.managed.filter((arn) => !keepManaged(arn))) {
    await unlessGone(aws.iam(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
  }
}

async function inlinePolicies(aws: Aws, RoleName: string): Promise<Record<string, Json | undefined>> {
  const names = await allPages("PolicyNames", "Marker", (Marker) =>
    aws.iam(new ListRolePoliciesCommand({ RoleName, Marker })),
  );
  const documents = names.map(async (PolicyName) => {
    const policy = await aws.iam(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, decode(policy.PolicyDocument)] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

async function attachedPolicies(aws: Aws, RoleName: string): Promise<string[]> {
  const policies = await allPages("AttachedPolicies", "Marker", (Marker) =>
    aws.iam(new ListAttachedRolePoliciesCommand({ RoleName, Marker })),
  );
  return policies.flatMap((policy) => policy.PolicyArn ?? []);
}

const attached = (arns: readonly string[]) => Object.fromEntries(arns.map((arn) => [arn, "attached"]));
