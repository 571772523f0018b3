import {
  CreateDBClusterParameterGroupCommand,
  DeleteDBClusterParameterGroupCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClusterParametersCommand,
  type DBClusterParameterGroup as Description,
  type Filter,
  ModifyDBClusterParameterGroupCommand,
  type Parameter,
  ResetDBClusterParameterGroupCommand,
} from "@aws-sdk/client-rds";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { ready } from "../../engine/kind.ts";
import { compare, compareMembers } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { ignored, reads, reply, wanted } from "../fields.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { tagCommand } from "../tag-command.ts";
import { byName, ownedByTag } from "../tagging.ts";
import { compareTags, requireOurs, type Tags, toList, touches } from "../tags.ts";
import { rds } from "./permissions.ts";
import { retag, tagsOf } from "./shared.ts";

interface Wanted {
  /** For example aurora-mysql8.0. */
  readonly family: string;
  readonly description: string;
  /** Values by name; every other parameter keeps the engine's value. */
  readonly parameters: Readonly<Record<string, string>>;
}

const key = z.object({
  /** The names of the wanted parameters. */
  parameters: z.array(z.string()),
});
type Key = z.infer<typeof key>;

interface Live extends Description {
  readonly tags: Tags;
  /** The parameters that differ from the engine's own, by name. */
  readonly changed: ReadonlyMap<string, Parameter>;
  /** The wanted ones among the others. */
  readonly unchanged: ReadonlyMap<string, Parameter>;
}

/** Each field of the reply (DBClusterParameterGroup data type); every parameter that differs is compared by its name. */
const fields = reads<Live>(
  reply(
    {
      operation: "DescribeDBClusterParameterGroups",
      at: "DBClusterParameterGroups",
      shape: "DBClusterParameterGroup",
    },
    (live): Description => live,
    {
      DBClusterParameterGroupName: ignored("identifier"),
      DBParameterGroupFamily: wanted,
      Description: wanted,
      DBClusterParameterGroupArn: ignored("identifier"),
    },
  ),
);

/** As many as one call may change (ModifyDBClusterParameterGroup, ResetDBClusterParameterGroup). */
const atOnce = 20;

const id = (group: Description) => required(group.DBClusterParameterGroupName, "DBClusterParameterGroupName");
const arn = (group: Description) => required(group.DBClusterParameterGroupArn, "DBClusterParameterGroupArn");
const current = (live: Live, name: string) => (live.changed.get(name) ?? live.unchanged.get(name))?.ParameterValue;

/** Parameters by name. Filtered again on our side: not every AWS-like endpoint knows the filter. */
async function read(aws: Aws, group: string, only: { Source: "user" } | { names: string[] }) {
  const narrow: { Source?: string; Filters?: Filter[] } =
    "names" in only ? { Filters: [{ Name: "parameter-name", Values: only.names }] } : only;
  const all = await allPages("Parameters", "Marker", (Marker) =>
    aws.rds(
      new DescribeDBClusterParametersCommand({
        DBClusterParameterGroupName: group,
        ...narrow,
        Marker,
      }),
    ),
  );
  const byName = all.map((p) => [p.ParameterName ?? "", p] as const);
  return new Map(byName.filter(([name]) => !("names" in only) || only.names.includes(name)));
}

/**
 * A cluster parameter group with its parameters.
 *
 * AWS lists a parameter under `Source=user` only if its value differs from the engine's own
 * (hashicorp/terraform-provider-aws#23335): a wanted one that is not there is asked for by name.
 */
export const DbClusterParameterGroup: AwsKind<Wanted, Live, { parameterGroupName: string }, Key> = {
  type: "rds:cluster-parameter-group",
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 60 },
  seconds: { create: 2, remove: 2 },
  permissions: rds,
  card: "Aurora MySQL",
  ...fields,
  parseKey: keyOf(key),

  async find(aws, me, { parameters }) {
    const DBClusterParameterGroupName = me.name;
    const answer = await ifThere(aws.rds(new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName })));
    const group = answer?.DBClusterParameterGroups?.[0];
    if (group === undefined) return undefined;
    const [tags, changed] = await Promise.all([tagsOf(aws, arn(group)), read(aws, me.name, { Source: "user" })]);
    const others = parameters.filter((name) => !changed.has(name));
    const unchanged = others.length === 0 ? new Map<string, Parameter>() : await read(aws, me.name, { names: others });
    return requireOurs(
      me,
      `DB cluster parameter group ${me.name}`,
      { ...group, tags, changed, unchanged },
      tags,
      tagCommand("rds")(me, arn(group)),
    );
  },
  id,
  phase: () => ready,
  outputs: (live) => ({ parameterGroupName: id(live) }),

  changes(want, live, me) {
    const names = [...new Set([...Object.keys(want.parameters), ...live.changed.keys()])];
    // One that is listed and has no value has none (Parameter).
    const values = names.flatMap((name) => {
      const value = current(live, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return [
      ...compare(
        { family: want.family, description: want.description },
        { family: live.DBParameterGroupFamily, description: live.Description },
        ["family", "description"],
      ),
      ...compareMembers("parameters", want.parameters, Object.fromEntries(values)),
      ...compareTags(me, live.tags),
    ];
  },

  async create(aws, me, _key, want) {
    await aws.rds(
      new CreateDBClusterParameterGroupCommand({
        DBClusterParameterGroupName: me.name,
        DBParameterGroupFamily: want.family,
        Description: want.description,
        Tags: toList(me.tags),
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    const DBClusterParameterGroupName = id(live);
    const touched = [...new Set([...Object.keys(want.parameters), ...live.changed.keys()])]
      .filter((name) => touches(changes, `parameters.${name}`))
      .map((name): Parameter => {
        const parameter = live.changed.get(name) ?? live.unchanged.get(name);
        const ParameterValue = want.parameters[name];
        return {
          ParameterName: name,
          ...(ParameterValue === undefined ? {} : { ParameterValue }),
          // A static one takes effect with a restart only (ModifyDBClusterParameterGroup, ApplyMethod).
          ApplyMethod: parameter?.ApplyType === "static" ? "pending-reboot" : "immediate",
        };
      });
    const wanted = touched.filter((p) => p.ParameterValue !== undefined);
    const unwanted = touched.filter((p) => p.ParameterValue === undefined);
    for (const Parameters of chunks(wanted)) {
      await aws.rds(new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName, Parameters }));
    }
    for (const Parameters of chunks(unwanted)) {
      await aws.rds(new ResetDBClusterParameterGroupCommand({ DBClusterParameterGroupName, Parameters }));
    }
    if (touches(changes, "tags")) await retag(aws, arn(live), me);
  },

  remove: (aws, live) =>
    unlessGone(aws.rds(new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: id(live) }))),

  listOwned: ownedByTag("rds", /^cluster-pg:(.+)$/, (name) => ({ ...byName(name), key: { parameters: [] } })),
};

function chunks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / atOnce) }, (_, i) => list.slice(i * atOnce, (i + 1) * atOnce));
}
