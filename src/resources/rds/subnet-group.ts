import {
  CreateDBSubnetGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBSubnetGroupsCommand,
  type DBSubnetGroup as Description,
  ModifyDBSubnetGroupCommand,
  type Subnet,
} from "@aws-sdk/client-rds";
import { ready, unfamiliar } from "../../engine/kind.ts";
import { compare, sorted } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { each, ignored, nothing, reads, reply, wanted } from "../fields.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { byName, ownedByTag } from "../tagging.ts";
import { compareTags, requireOurs, type Tags, toList, touches } from "../tags.ts";
import { rds } from "./permissions.ts";
import { retag, tagsOf } from "./shared.ts";

interface Wanted {
  readonly description: string;
  /** In at least two availability zones. */
  readonly subnetIds: readonly string[];
}

interface Live extends Description {
  readonly tags: Tags;
}

const id = (group: Description) => required(group.DBSubnetGroupName, "DBSubnetGroupName");
const arn = (group: Description) => required(group.DBSubnetGroupArn, "DBSubnetGroupArn");

/** Each field of the reply (DBSubnetGroup data type). */
const fields = reads<Live>(
  reply(
    { operation: "DescribeDBSubnetGroups", at: "DBSubnetGroups", shape: "DBSubnetGroup" },
    (live): Description => live,
    {
      DBSubnetGroupName: ignored("identifier"),
      DBSubnetGroupDescription: wanted,
      VpcId: ignored("compared elsewhere"),
      SubnetGroupStatus: ignored("state"),
      Subnets: each<Subnet>({
        SubnetIdentifier: wanted,
        SubnetAvailabilityZone: { Name: ignored("compared elsewhere") },
        SubnetOutpost: { Arn: nothing("leave") },
        SubnetStatus: ignored("state"),
      }),
      DBSubnetGroupArn: ignored("identifier"),
      // It follows from the subnets.
      SupportedNetworkTypes: ignored("compared elsewhere"),
    },
  ),
);

/** The subnets that a cluster may use. It cannot be removed before the cluster is gone (InvalidDBSubnetGroupStateFault). */
export const DbSubnetGroup: AwsKind<Wanted, Live, { subnetGroupName: string }> = {
  type: "rds:db-subnet-group",
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 60 },
  seconds: { create: 2, remove: 2 },
  permissions: rds,
  card: "Aurora MySQL",
  ...fields,
  parseKey: noKey,

  async find(aws, me) {
    const answer = await ifThere(aws.rds(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: me.name })));
    const group = answer?.DBSubnetGroups?.[0];
    if (group === undefined) return undefined;
    const tags = await tagsOf(aws, arn(group));
    return requireOurs(me, `DB subnet group ${me.name}`, { ...group, tags }, tags, tagCommand("rds")(me, arn(group)));
  },
  id,
  phase: (live) => (live.SubnetGroupStatus === "Complete" ? ready : unfamiliar(live.SubnetGroupStatus)),
  outputs: (live) => ({ subnetGroupName: id(live) }),

  changes: (want, live, me) => [
    ...compare(
      { description: want.description, subnetIds: sorted(want.subnetIds) },
      {
        description: live.DBSubnetGroupDescription,
        subnetIds: sorted(live.Subnets?.map((subnet) => subnet.SubnetIdentifier)),
      },
    ),
    ...compareTags(me, live.tags),
  ],

  async create(aws, me, _key, want) {
    await aws.rds(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: me.name,
        DBSubnetGroupDescription: want.description,
        SubnetIds: [...want.subnetIds],
        Tags: toList(me.tags),
      }),
    );
    return me.name;
  },

  async update(aws, live, want, changes, me) {
    if (touches(changes, "description", "subnetIds")) {
      await aws.rds(
        new ModifyDBSubnetGroupCommand({
          DBSubnetGroupName: id(live),
          DBSubnetGroupDescription: want.description,
          SubnetIds: [...want.subnetIds],
        }),
      );
    }
    if (touches(changes, "tags")) await retag(aws, arn(live), me);
  },

  remove: (aws, live) => unlessGone(aws.rds(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id(live) }))),

  listOwned: ownedByTag("rds", /^subgrp:(.+)$/, byName),
};
