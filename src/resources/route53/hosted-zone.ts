import { createHash } from "node:crypto";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  type HostedZone as Description,
  ListTagsForResourceCommand,
  type ResourceRecordSet,
  UpdateHostedZoneCommentCommand,
} from "@aws-sdk/client-route-53";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { month, monthly, monthText } from "../../cost/prices.ts";
import { AmbiguousError, NotOursError } from "../../engine/errors.ts";
import { ready } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { compareTags, fromList, isProtected, nodeOf, type Tags, toList, touches } from "../tags.ts";
import { route53 } from "./permissions.ts";
import { bareId, describeZone, hostedZones, nameServersOf, plain, recordsOf, type ZoneOutputs } from "./shared.ts";

interface Wanted {
  readonly comment: string;
}

type Key = {
  /** The apex, for example "example.com". */
  readonly zoneName: string;
};

interface Live {
  readonly zone: Description;
  readonly nameServers: readonly string[];
  readonly tags: Tags;
}

const id = ({ zone }: Pick<Live, "zone">) => bareId(required(zone.Id, "Id"));

/** A caller reference cannot be changed, so it proves who made the zone, tags or no tags. */
const reference = (environment: string) => `tap/${environment}/`;

const tagsOf = (aws: Aws, ResourceId: string): Promise<Tags> =>
  aws.shared(`route53:tags ${ResourceId}`, async () => {
    const command = new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId });
    return fromList((await aws.route53(command)).ResourceTagSet?.Tags);
  });

/** Whether a record is of the kinds that tap puts into its zone: a certificate's proof, an alias of an API's domain. */
const isOfTap = ({ Type, AliasTarget, ResourceRecords }: ResourceRecordSet): boolean =>
  Type === "CNAME"
    ? ResourceRecords?.some(({ Value }) => plain(Value).endsWith(".acm-validations.aws")) === true
    : Type === "A" && /\.execute-api\.[^.]+\.amazonaws\.com$/.test(plain(AliasTarget?.DNSName));

/**
 * A public hosted zone that tap makes. Several zones may share a name, so one of that name that is not ours is refused
 * rather than shadowed. Made anew it has other name servers, and its delegation has to be set again.
 */
export const HostedZone: AwsKind<Wanted, Live, ZoneOutputs, Key> = {
  type: "route53:hosted-zone",
  // A caller reference is good for one zone, ever: sent again it is refused (CreateHostedZone, HostedZoneAlreadyExists).
  recover: "client-token",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 3 },
  seconds: { create: 1, remove: 1 },
  permissions: route53,
  price: monthly("hosted zone", month.hostedZone),
  card: "Domain and DNS",
  holdsData: true,
  parseKey: keyOf(z.object({ zoneName: z.string() })),

  async find(aws, me, { zoneName }) {
    const named = (await hostedZones(aws)).filter((z) => plain(z.Name) === plain(zoneName) && !z.Config?.PrivateZone);
    const ours = named.filter((z) => z.CallerReference?.startsWith(reference(me.environment)));
    const [zone, ...more] = ours;
    if (more.length > 0)
      throw new AmbiguousError(
        `hosted zone ${zoneName}`,
        ours.map((zone) => id({ zone })),
      );
    if (zone === undefined) {
      const [foreign] = named;
      if (foreign === undefined) return undefined;
      const other = id({ zone: foreign });
      throw new NotOursError(
        `hosted zone ${zoneName} (${other})`,
        `its caller reference is ${foreign.CallerReference}. To have records put into it, set domain.hostedZoneId: ${other} in the settings`,
      );
    }
    const [described, tags] = await Promise.all([describeZone(aws, id({ zone })), tagsOf(aws, id({ zone }))]);
    return { zone, nameServers: nameServersOf(described), tags };
  },
  id,
  phase: () => ready,
  outputs: (live) => ({ hostedZoneId: id(live), zoneName: plain(live.zone.Name), nameServers: live.nameServers }),

  changes: (want, { zone, tags }, me) => [
    ...compare(
      { comment: want.comment }, // Left out when there is none (HostedZoneConfig).
      { comment: zone.Config?.Comment ?? none },
    ),
    ...compareTags(me, tags),
  ],

  async create(aws, me, { zoneName }, want, token) {
    // The token is bound to the name: a used reference would be refused for another zone, too.
    const bound = createHash("sha256").update(`${token} ${zoneName}`).digest("hex").slice(0, 32);
    const made = await aws.route53(
      new CreateHostedZoneCommand({
        Name: zoneName,
        CallerReference: `${reference(me.environment)}${bound}`,
        HostedZoneConfig: { Comment: want.comment, PrivateZone: false },
      }),
    );
    return bareId(required(made.HostedZone?.Id, "HostedZone.Id"));
  },

  async update(aws, live, want, changes, me) {
    if (touches(changes, "comment")) {
      await aws.route53(new UpdateHostedZoneCommentCommand({ Id: id(live), Comment: want.comment }));
    }
    // CreateHostedZone takes no tags.
    if (touches(changes, "tags")) {
      const AddTags = toList(me.tags);
      await aws.route53(
        new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: id(live), AddTags }),
      );
    }
  },

  async remove(aws, live) {
    // Records carry no tags: without a state file nobody else remembers them once the domain is declared no more.
    const Changes = (await recordsOf(aws, id(live)))
      .filter(isOfTap)
      .map((record) => ({ Action: "DELETE" as const, ResourceRecordSet: record }));
    if (Changes.length > 0) {
      const ChangeBatch = { Changes };
      await aws.route53(new ChangeResourceRecordSetsCommand({ HostedZoneId: id(live), ChangeBatch }));
    }
    await unlessGone(aws.route53(new DeleteHostedZoneCommand({ Id: id(live) })));
  },

  retainReason: async (_aws, live, how) =>
    isProtected(live.tags, how) ? `another zone would have other name servers; ${monthText("hostedZone")}` : undefined,

  /** A zone goes only when it holds nothing but its own NS and SOA record (DeleteHostedZone). */
  async blockers(aws, live) {
    const apex = plain(live.zone.Name);
    const foreign = (await recordsOf(aws, id(live)))
      .filter(({ Name, Type }) => !(plain(Name) === apex && (Type === "NS" || Type === "SOA")))
      .map(({ Name, Type }) => `${plain(Name)} ${Type}`);
    return foreign.length === 0 ? undefined : `records in the zone: ${foreign.join(", ")}`;
  },

  async listOwned(aws, environment) {
    const ours = (await hostedZones(aws)).filter((z) => z.CallerReference?.startsWith(reference(environment)));
    return Promise.all(
      ours.map(async (zone) => {
        const tags = await tagsOf(aws, id({ zone }));
        const zoneName = plain(zone.Name);
        const node = nodeOf(tags);
        return { node, name: tags["Name"] ?? zoneName, id: id({ zone }), key: { zoneName } };
      }),
    );
  },
};
