import { EC2Client } from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import type { Aws } from "../../../src/aws/aws.ts";
import { AmbiguousError, NotOursError } from "../../../src/engine/errors.ts";
import type { Identity, Owned } from "../../../src/engine/kind.ts";
import { ElasticIp } from "../../../src/resources/ec2/elastic-ip.ts";
import { GatewayEndpoint } from "../../../src/resources/ec2/gateway-endpoint.ts";
import { InternetGateway } from "../../../src/resources/ec2/internet-gateway.ts";
import { RouteTable } from "../../../src/resources/ec2/route-table.ts";
import { SecurityGroup } from "../../../src/resources/ec2/security-group.ts";
import { SecurityGroupRule } from "../../../src/resources/ec2/security-group-rule.ts";
import { Subnet } from "../../../src/resources/ec2/subnet.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => ec2.reset());

/** What these tests use of a kind. */
interface Found {
  readonly type: string;
  find(aws: Aws, me: Identity, key: undefined): Promise<unknown>;
  listOwned?(aws: Aws, environment: string): Promise<readonly Owned<undefined>[]>;
}

const me = identity("network/thing", "trading-thing-dev");
const Tags = tagList(me);
const gone = awsError("InvalidThing.NotFound");
const groups = [{ GroupId: "sg-0", Tags: tagList(identity("network/group", "trading-group-dev")) }];

/** The kind, the field of its id, the input that asks for one by id, and the list in the answer. */
const kinds: readonly (readonly [Found, string, string, string])[] = [
  [Subnet, "SubnetId", "SubnetIds", "Subnets"],
  [InternetGateway, "InternetGatewayId", "InternetGatewayIds", "InternetGateways"],
  [ElasticIp, "AllocationId", "AllocationIds", "Addresses"],
  [RouteTable, "RouteTableId", "RouteTableIds", "RouteTables"],
  [GatewayEndpoint, "VpcEndpointId", "VpcEndpointIds", "VpcEndpoints"],
  [SecurityGroup, "GroupId", "GroupIds", "SecurityGroups"],
  [SecurityGroupRule, "SecurityGroupRuleId", "SecurityGroupRuleIds", "SecurityGroupRules"],
];

describe.each(kinds)("$type", (kind, idField, idsField, listField) => {
  const thing = (id: string, tags = Tags) => ({ [idField]: id, Tags: tags });

  /** Lists answer with these pages, and a question for an id with this. */
  function answer(pages: readonly (readonly object[])[], byId: object | Error = gone): void {
    ec2.onAnyCommand().callsFake((input: Readonly<Record<string, unknown>>) => {
      if (input[idsField] !== undefined) {
        if (byId instanceof Error) throw byId;
        return { [listField]: [byId] };
      }
      // The list of groups that the list of rules is read for.
      if (listField === "SecurityGroupRules" && !isByGroup(input)) return { SecurityGroups: groups };
      const index = Number(input["NextToken"] ?? 0);
      const next = index + 1 < pages.length ? { NextToken: String(index + 1) } : {};
      return { [listField]: pages[index], ...next };
    });
  }

  test("is found by our tags, and what the server-side filter let through is not", async () => {
    answer([[thing("x-0", []), thing("x-1")]]);
    expect(await kind.find(testAws(), me, undefined)).toMatchObject({ [idField]: "x-1" });
  });

  // DescribeAddresses has no pages.
  if (kind !== ElasticIp) {
    test("is found on any page", async () => {
      answer([[thing("x-0", [])], [], [thing("x-1")]]);
      expect(await kind.find(testAws(), me, undefined)).toMatchObject({ [idField]: "x-1" });
    });
  }

  test("two with the same identity are an error", async () => {
    answer([[thing("x-1"), thing("x-2")]]);
    await expect(kind.find(testAws(), me, undefined)).rejects.toThrow(AmbiguousError);
  });

  test("the remembered one is found before the filter shows its tags", async () => {
    answer([[]], thing("x-1"));
    expect(await kind.find(testAws(), { ...me, id: "x-1" }, undefined)).toMatchObject({ [idField]: "x-1" });
  });

  test("the remembered one is not touched without our tags, and absent when it is gone", async () => {
    answer([[]], thing("x-1", [{ Key: "Environment", Value: "prod" }]));
    await expect(kind.find(testAws(), { ...me, id: "x-1" }, undefined)).rejects.toThrow(NotOursError);
    answer([[]], gone);
    expect(await kind.find(testAws(), { ...me, id: "x-1" }, undefined)).toBeUndefined();
  });

  test("one list serves every node, and tells what is ours", async () => {
    answer([[thing("x-1"), thing("x-2", [{ Key: "Environment", Value: "dev" }])]]);
    const aws = testAws();
    const other = identity("network/other", "trading-other-dev");
    const [, , owned] = await Promise.all([
      kind.find(aws, me, undefined),
      kind.find(aws, other, undefined),
      kind.listOwned?.(aws, "dev"),
    ]);
    expect(owned).toEqual([{ node: "network/thing", name: "trading-thing-dev", id: "x-1", key: undefined }]);
    const names = (field: string, value: unknown) => field === idsField && value !== undefined;
    const lists = ec2.calls().filter((call) => !Object.entries(call.args[0].input).some((f) => names(...f)));
    // Groups come with their rules, and rules are those of the groups: a read of its own each.
    expect(lists).toHaveLength(listField.startsWith("SecurityGroup") ? 2 : 1);
  });
});

const isByGroup = (input: Readonly<Record<string, unknown>>) => JSON.stringify(input).includes('"group-id"');
