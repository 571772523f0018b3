import { Resolver } from "node:dns/promises";
import * as z from "zod";
import { held, ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { route53 } from "./permissions.ts";
import { plain } from "./shared.ts";

/**
 * Asks for the name servers of a zone.
 *
 * @param nameServers those that the zone has, for a local AWS whose zones no public DNS knows
 * @throws a Node.js DNS error with a `code`
 */
export type ResolveNs = (zoneName: string, nameServers: readonly string[]) => Promise<readonly string[]>;

/** Whether a zone is delegated, and what the world sees. */
export interface DelegationState {
  readonly inPlace: boolean;
  /** The name servers that DNS names, plain and sorted. */
  readonly found: readonly string[];
}

/**
 * "No such name", "no such record", and "the servers that are named do not answer for it" (Node.js DNS error codes):
 * answers, if sad ones.
 */
const undelegated = ["ENOTFOUND", "ENODATA", "ESERVFAIL", "EREFUSED"];

const codeOf = (error: unknown) =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/**
 * Whether the world finds a zone at its own name servers, and at no others: one stale name server is enough to make
 * ACM's validation a game of chance.
 *
 * @throws what `resolveNs` throws when DNS could not be asked at all
 */
export async function delegationInPlace(
  zoneName: string,
  nameServers: readonly string[],
  resolveNs: ResolveNs,
): Promise<DelegationState> {
  const ours = new Set(nameServers.map(plain));
  try {
    const found = (await resolveNs(plain(zoneName), nameServers)).map(plain).sort();
    return { inPlace: found.length > 0 && found.every((server) => ours.has(server)), found };
  } catch (error) {
    if (undelegated.includes(codeOf(error) ?? "")) return { inPlace: false, found: [] };
    throw error;
  }
}

/** Public resolvers, since a company's own may know the zone under other name servers. */
const publicResolvers = ["1.1.1.1", "8.8.8.8"];

/** Asks public DNS, or the machine's own resolver where public DNS cannot be reached. */
export const resolvePublicNs: ResolveNs = async (zoneName) => {
  const options = { timeout: 2000, tries: 2 };
  const open = new Resolver(options);
  open.setServers(publicResolvers);
  try {
    return await open.resolveNs(zoneName);
  } catch (error) {
    if (undelegated.includes(codeOf(error) ?? "")) throw error;
    return new Resolver(options).resolveNs(zoneName);
  }
};

type Key = { readonly zoneName: string; readonly nameServers: readonly string[] };

interface Live extends Key, DelegationState {
  /** Why DNS could not be asked. */
  readonly problem?: string;
}

function why({ zoneName, nameServers, found, problem }: Live): string {
  const now = problem ?? (found.length === 0 ? "there are none now" : `now they are ${found.join(", ")}`);
  return `set the name servers of ${zoneName} to ${nameServers.join(", ")} where its domain is registered (${now}), then run the same command again`;
}

/**
 * The delegation of a zone by its parent: a look at public DNS, since only the domain's owner can set it. Until then it
 * is held, and a run goes on without what stands on it.
 */
export const delegation = (resolveNs: ResolveNs): AwsKind<object, Live, { zoneName: string }, Key> => ({
  type: "route53:delegation",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  role: "lookup",
  minutes: { create: 1, update: 1, remove: 1 },
  seconds: { create: 0, remove: 0 },
  permissions: route53,
  card: "Domain and DNS",
  parseKey: keyOf(z.object({ zoneName: z.string(), nameServers: z.array(z.string()) })),

  async find(_aws, _me, key) {
    try {
      return { ...key, ...(await delegationInPlace(key.zoneName, key.nameServers, resolveNs)) };
    } catch (error) {
      return {
        ...key,
        inPlace: false,
        found: [],
        problem: `DNS could not be asked: ${codeOf(error) ?? String(error)}`,
      };
    }
  },
  id: (live) => live.zoneName,
  phase: (live) => (live.inPlace ? ready : held(why(live))),
  outputs: ({ zoneName }) => ({ zoneName }),
  changes: () => [],

  create: async () => {
    throw new Error("a delegation is not tap's to make");
  },
  update: async () => undefined,
  remove: async () => undefined,
});
