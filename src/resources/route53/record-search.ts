import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Aws } from "../../aws/aws.ts";
import { NotOursError } from "../../engine/errors.ts";
import type { Identity } from "../../engine/kind.ts";
import { namesOwnedBy, ownershipOf, pointsAtOurs, valuesOf } from "./ownership.ts";
import { plain, recordsOf } from "./shared.ts";

/** Where a record is to be found. */
export type Key = {
  readonly hostedZoneId: string;
  /** Whether tap made the zone: then every record under the name is ours. Otherwise it has to be proven. */
  readonly zoneIsOurs: boolean;
  readonly type: "A" | "CNAME";
  /** The full name; or, with the first label `_*`, the name that ACM chooses under a domain to prove it. */
  readonly name: string;
};

/** A record and its ownership record, as far as they are there. */
export interface Live extends Key {
  /** `undefined` when only its ownership record is left. */
  readonly record: ResourceRecordSet | undefined;
  readonly ownership: ResourceRecordSet | undefined;
  /** What someone has put beside it in a zone of ours: records under the same name that answer as well. */
  readonly others?: readonly ResourceRecordSet[];
}

/** Types that answer where an address is asked for. */
const addressTypes: readonly (string | undefined)[] = ["A", "AAAA", "CNAME"];

const open = "_*.";
/** The domain under which the record and its ownership record stand. */
const domainOf = (name: string) => plain(name.startsWith(open) ? name.slice(open.length) : name);
/** Whether a plain name is the key's, or one that ACM may have chosen: `_x.example.com` for `_*.example.com`. */
const fits = (key: Key, name: string) =>
  key.name.startsWith(open) ? /^_[^.]+$/.test(name.slice(0, -domainOf(key.name).length - 1)) : name === plain(key.name);

/** In our own zone. With the label open, the remembered one, else the one that our certificate asks for. */
async function inOurZone(aws: Aws, me: Identity, key: Key): Promise<Live | undefined> {
  const domain = domainOf(key.name);
  const records = await recordsOf(aws, key.hostedZoneId, domain);
  const all = records.filter((r) => r.Type === key.type && fits(key, plain(r.Name)));
  const live = (record: ResourceRecordSet): Live => {
    const others = records.filter(
      (r) => r.Name === record.Name && r.Type !== record.Type && addressTypes.includes(r.Type),
    );
    const found = { ...key, name: plain(record.Name), record, ownership: undefined };
    return others.length === 0 ? found : { ...found, others };
  };
  const [only, ...others] = all;
  if (only === undefined) return undefined;
  const remembered = all.find((record) => idOf(live(record)) === me.id);
  if (remembered !== undefined || others.length === 0) return live(remembered ?? only);
  for (const record of all) if (await pointsAtOurs(aws, me, record, domain)) return live(record);
  return undefined;
}

/**
 * In a zone that is not ours: what an ownership record gives to this node, or what points at something of ours.
 *
 * @throws {NotOursError} when the name is taken
 */
async function inSharedZone(aws: Aws, me: Identity, key: Key): Promise<Live | undefined> {
  const domain = domainOf(key.name);
  const records = await recordsOf(aws, key.hostedZoneId, domain);
  const at = (name: string) => records.find((r) => r.Type === key.type && plain(r.Name) === name);
  const [owned] = namesOwnedBy(me, records).filter((name) => fits(key, name));
  if (owned !== undefined) return { ...key, name: owned, record: at(owned), ownership: ownershipOf(records, owned) };

  const closed = !key.name.startsWith(open);
  const what = `record ${plain(key.name)} in hosted zone ${key.hostedZoneId}`;
  const owner = closed ? ownershipOf(records, plain(key.name)) : undefined;
  if (owner !== undefined) throw new NotOursError(what, `${plain(owner.Name)} says ${valuesOf(owner).join(", ")}`);
  for (const record of records.filter((r) => fits(key, plain(r.Name)))) {
    const name = plain(record.Name);
    if (record.Type === key.type && (await pointsAtOurs(aws, me, record, domain))) {
      return { ...key, name, record, ownership: undefined };
    }
    // Other records may stand beside ours; these would answer in its place.
    if (closed && addressTypes.includes(record.Type)) {
      const target = record.AliasTarget?.DNSName ?? valuesOf(record).join(", ");
      throw new NotOursError(what, `its ${record.Type} record points at ${plain(target)}`);
    }
  }
  return undefined;
}

/** For example "api.example.com A". */
export const idOf = (live: Pick<Live, "name" | "type">) => `${live.name} ${live.type}`;

/**
 * The node's record.
 *
 * @throws {NotOursError} when the zone is not ours and the name is taken
 */
export const findRecord = (aws: Aws, me: Identity, key: Key): Promise<Live | undefined> =>
  key.zoneIsOurs ? inOurZone(aws, me, key) : inSharedZone(aws, me, key);
