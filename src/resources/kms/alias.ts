import {
  type AliasListEntry,
  CreateAliasCommand,
  DeleteAliasCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { reported } from "../../aws/errors.ts";
import { NotOursError } from "../../engine/errors.ts";
import { ready } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { isEnvironments } from "../tags.ts";
import { kms } from "./permissions.ts";
import { readKey } from "./shared.ts";

interface Wanted {
  readonly keyId: string;
}

/** `shared`: the alias is claimed when it is free, and left to the environment that holds it otherwise. */
type Key = { readonly shared: boolean };

interface Live {
  readonly alias: AliasListEntry;
  /** Who holds a shared alias that is not ours. */
  readonly holder?: string;
}

const list = (aws: Aws) =>
  aws.shared("kms:aliases", () =>
    allPages("Aliases", "NextMarker", (Marker) => aws.kms(new ListAliasesCommand({ Limit: 100, Marker }))),
  );

const id = (live: Live) => required(live.alias.AliasName, "AliasName");

/** An alias of the key. It is ours when its target is a key of ours, one pending deletion included. */
export const KmsAlias: AwsKind<Wanted, Live, { aliasName: string }, Key> = {
  type: "kms:alias",
  recover: "fixed-name",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  // Other services and KMS itself see a key "after a few seconds, sometimes minutes" (KMS, "Eventual consistency").
  minutes: { create: 5, update: 5, remove: 2 },
  seconds: { create: 1, remove: 1 },
  permissions: kms,
  card: "KMS key",
  parseKey: keyOf(z.object({ shared: z.boolean() })),

  async find(aws, me, { shared }) {
    const alias = (await list(aws)).find((a) => a.AliasName === me.name);
    const target = alias?.TargetKeyId;
    if (alias === undefined || target === undefined) return undefined;
    const held = await readKey(aws, target);
    // An alias goes with its key (KMS, "Deleting AWS KMS keys"): a key that does not show is one that shows late, and
    // nobody knows yet whose it is.
    if (held === undefined) throw reported("NotFoundException", `Key ${target} does not exist`);
    if (isEnvironments(held.tags, me.environment)) return { alias };
    const holder = held.tags["Environment"];
    if (shared) return { alias, holder: holder === undefined ? `key ${target}` : `environment ${holder}` };
    throw new NotOursError(`alias ${me.name}`, `it points at key ${target}, which does not carry our tags`);
  },
  id,
  phase: () => ready,
  outputs: (live) => ({ aliasName: id(live) }),
  note: (live) => (live.holder === undefined ? undefined : `held by ${live.holder}`),

  changes: (want, live) =>
    live.holder === undefined ? compare({ keyId: want.keyId }, { keyId: live.alias.TargetKeyId }) : [],

  async create(aws, me, _key, want) {
    await aws.kms(new CreateAliasCommand({ AliasName: me.name, TargetKeyId: want.keyId }));
    return me.name;
  },

  async update(aws, live, want) {
    await aws.kms(new UpdateAliasCommand({ AliasName: id(live), TargetKeyId: want.keyId }));
  },

  retainReason: async (_aws, live) => live.holder && `held by ${live.holder}`,
  remove: (aws, live) => unlessGone(aws.kms(new DeleteAliasCommand({ AliasName: id(live) }))),
};
