import type { Filter, Tag } from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import type { Identity, Owned } from "../../engine/kind.ts";
import { ifThere } from "../missing.ts";
import { allPages } from "../pages.ts";
import { tagCommand } from "../tag-command.ts";
import { ownedIn, pickOwn } from "../tags.ts";
import { environmentFilter, tagsOf } from "./shared.ts";

/** How a type of what EC2 keeps is looked for. */
interface Searched<T> {
  /** For messages, for example "NAT gateway". */
  readonly what: string;
  /** Of the read that all of the environment's share, for example "ec2:nat-gateways". */
  readonly key: string;
  id(live: T): string;
  /** Reads some by their ids, or a page of those that filters let through. */
  describe(
    aws: Aws,
    asked: { readonly ids?: string[]; readonly filters?: Filter[]; readonly NextToken?: string | undefined },
  ): Promise<{ readonly listed: readonly T[] | undefined; readonly NextToken?: string | undefined }>;
  /** What is listed though it is gone. */
  isGhost?(live: T): boolean;
}

/** The ways in which one type of what EC2 keeps is found. */
export interface Search<T> extends Pick<Searched<T>, "what" | "id"> {
  /** All that filters let through, whoever's it is. */
  all(aws: Aws, filters: Filter[]): Promise<T[]>;
  /** The environment's: one read for all. */
  ours(aws: Aws, environment: string): Promise<T[]>;
  byId(aws: Aws, id: string): Promise<T | undefined>;
  /** A kind's `find`: by tags, else by the id that the state file remembers. */
  find(aws: Aws, me: Identity): Promise<T | undefined>;
  /** A kind's `listOwned`. */
  listOwned(aws: Aws, environment: string): Promise<Owned<undefined>[]>;
}

export function searchFor<T extends { Tags?: Tag[] | undefined }>(type: Searched<T>): Search<T> {
  const { what, key, id, describe, isGhost = () => false } = type;
  const read = { id, tags: tagsOf, giveBack: tagCommand("ec2") };
  const search: Search<T> = {
    what,
    id,
    async all(aws, filters) {
      const listed = await allPages("listed", "NextToken", (NextToken) => describe(aws, { filters, NextToken }));
      return listed.filter((live) => !isGhost(live));
    },
    ours: (aws, environment) => aws.shared(key, () => search.all(aws, environmentFilter(environment))),
    async byId(aws, remembered) {
      const answer = await ifThere(describe(aws, { ids: [remembered] }));
      return answer?.listed?.find((live) => !isGhost(live));
    },
    find: async (aws, me) =>
      pickOwn(me, what, await search.ours(aws, me.environment), read, (remembered) => search.byId(aws, remembered)),
    listOwned: async (aws, environment) => ownedIn(await search.ours(aws, environment), environment, read),
  };
  return search;
}
