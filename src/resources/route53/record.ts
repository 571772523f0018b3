import {
  ChangeResourceRecordSetsCommand,
  type Change as RecordChange,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { type Change, ready } from "../../engine/kind.ts";
import { compare, type Fields, none, type Seen } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { unlessGone } from "../missing.ts";
import { touches } from "../tags.ts";
import { ownershipRecord, ownershipText, valuesOf } from "./ownership.ts";
import { route53 } from "./permissions.ts";
import { findRecord, idOf, type Key, type Live } from "./record-search.ts";
import { plain } from "./shared.ts";

/** What a record should be. The name is the full one, also where the key leaves its first label open. */
type Wanted = { readonly name: string } & (
  | { readonly kind: "value"; readonly ttl: number; readonly values: readonly string[] }
  | { readonly kind: "alias"; readonly dnsName: string; readonly hostedZoneId: string }
);

function wantedFields(want: Wanted): Fields {
  const alias = want.kind === "alias" ? want : undefined;
  const value = want.kind === "value" ? want : undefined;
  return {
    name: plain(want.name),
    ttl: value?.ttl,
    values: value?.values.map(plain).sort(),
    "alias.dnsName": alias && plain(alias.dnsName),
    "alias.hostedZoneId": alias?.hostedZoneId,
    "alias.evaluateTargetHealth": alias && false,
  };
}

/** An alias has neither values nor a TTL, and what is no alias has no target (ResourceRecordSet). */
const liveFields = (name: string, { TTL, AliasTarget, ...record }: ResourceRecordSet): Seen =>
  AliasTarget === undefined
    ? {
        name,
        ttl: TTL,
        values: valuesOf(record).map(plain).sort(),
        "alias.dnsName": none,
        "alias.hostedZoneId": none,
        "alias.evaluateTargetHealth": none,
      }
    : {
        name,
        ttl: none,
        values: none,
        "alias.dnsName": plain(AliasTarget.DNSName),
        "alias.hostedZoneId": AliasTarget.HostedZoneId,
        "alias.evaluateTargetHealth": AliasTarget.EvaluateTargetHealth,
      };

const recordSet = (want: Wanted, Type: Key["type"]): ResourceRecordSet =>
  want.kind === "value"
    ? { Name: want.name, Type, TTL: want.ttl, ResourceRecords: want.values.map((Value) => ({ Value })) }
    : {
        Name: want.name,
        Type,
        AliasTarget: { HostedZoneId: want.hostedZoneId, DNSName: want.dnsName, EvaluateTargetHealth: false },
      };

/** A record that someone has put beside ours, as a change: "others.AAAA". */
const stray = (other: ResourceRecordSet): Change => ({
  path: `others.${other.Type}`,
  want: undefined,
  live: other.AliasTarget === undefined ? valuesOf(other) : [plain(other.AliasTarget.DNSName)],
  fix: "update",
});

const send = (aws: Aws, HostedZoneId: string, Changes: RecordChange[]) =>
  aws.route53(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));

/**
 * A DNS record. In a zone of ours it is ours by containment. In any other zone its ownership record, which is changed
 * in the same batch and so stands and falls with it, says so; without one, only a record that points at our
 * certificate or domain name is ours.
 */
export const DnsRecord: AwsKind<Wanted, Live, { name: string }, Key> = {
  type: "route53:record",
  recover: "natural-key",
  // A change spreads within a minute (ChangeResourceRecordSets); whoever needs it seen asks DNS anyway.
  usable: "created",
  releases: "gone",
  replace: "remake",
  holdsData: true,
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 1 },
  permissions: route53,
  card: "Domain and DNS",
  parseKey: keyOf(
    z.object({ hostedZoneId: z.string(), zoneIsOurs: z.boolean(), type: z.enum(["A", "CNAME"]), name: z.string() }),
  ),

  find: findRecord,
  id: idOf,
  phase: () => ready,
  outputs: (live) => ({ name: live.name }),

  changes(want, live, me) {
    const record: Change[] =
      live.record === undefined
        ? [{ path: "record", want: plain(want.name), live: undefined, fix: "update" }]
        : compare(wantedFields(want), liveFields(live.name, live.record), ["name"]);
    if (live.zoneIsOurs) return [...record, ...(live.others ?? []).map(stray)];
    const text = ownershipText(me);
    const ownership: Change[] =
      live.ownership === undefined
        ? [{ path: "ownership", want: [text], live: undefined, fix: "update" }]
        : compare(
            { ownership: [text], "ownership.ttl": ownershipRecord(me, live.name).TTL },
            { ownership: valuesOf(live.ownership), "ownership.ttl": live.ownership.TTL },
          );
    return [...record, ...ownership];
  },

  async create(aws, me, key, want) {
    const { hostedZoneId, zoneIsOurs, type } = key;
    const beside = ownershipRecord(me, plain(want.name));
    await send(aws, hostedZoneId, [
      { Action: "CREATE", ResourceRecordSet: recordSet(want, type) },
      ...(zoneIsOurs ? [] : [{ Action: "UPSERT" as const, ResourceRecordSet: beside }]),
    ]);
    return idOf({ name: plain(want.name), type });
  },

  async update(aws, live, want, changes, me) {
    const beside = ownershipRecord(me, plain(want.name));
    const strays = (live.others ?? []).filter((other) => touches(changes, stray(other).path));
    await send(aws, live.hostedZoneId, [
      ...strays.map((ResourceRecordSet) => ({ Action: "DELETE" as const, ResourceRecordSet })),
      { Action: "UPSERT", ResourceRecordSet: recordSet(want, live.type) },
      ...(live.zoneIsOurs ? [] : [{ Action: "UPSERT" as const, ResourceRecordSet: beside }]),
    ]);
  },

  retainReason: async (_aws, { type, zoneIsOurs }, { protect }) =>
    protect && zoneIsOurs && type === "CNAME" ? "the next certificate is issued at once while it stands" : undefined,

  remove: (aws, { hostedZoneId, record, ownership, others = [] }) =>
    unlessGone(
      send(
        aws,
        hostedZoneId,
        // A removal has to repeat the record as it is (ChangeResourceRecordSets, DELETE).
        [record, ownership, ...others].flatMap((set) =>
          set ? [{ Action: "DELETE" as const, ResourceRecordSet: set }] : [],
        ),
      ),
    ),

  /** One error for all that is wrong with a batch; its text tells (kubernetes-sigs/external-dns#3007, boto/boto#2887). */
  classify(error, during) {
    if (!(error instanceof Error) || codeOf(error) !== "InvalidChangeBatch") return undefined;
    const messages = "messages" in error && Array.isArray(error.messages) ? error.messages.join(" ") : "";
    const text = `${error.message} ${messages}`;
    if (during === "create" && /but it already exists/.test(text)) return "exists";
    // It has gone or changed since it was looked at: look again.
    if (during === "remove" && /but it was not found|do not match the current values/.test(text)) return "gone";
    return undefined;
  },
};
