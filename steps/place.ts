import type { Settings } from "../src/config/settings.ts";
import type { LocalDatabasePlace } from "../src/local/database-kind.ts";
import type { CodePackage } from "../src/resources/lambda/code.ts";
import type { ResolveNs } from "../src/resources/route53/delegation.ts";
import { protectTag } from "../src/resources/tags.ts";

/** Where the platform is put, as far as the settings do not say it. */
export interface Place {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The ZIP that all functions share. */
  readonly code: CodePackage;
  /** On the local AWS, which answers here; with a database server of this machine, if it has one. */
  readonly local?: { readonly endpoint: string; readonly database?: LocalDatabasePlace };
  /** A database that is not there starts empty, whatever snapshots there are. */
  readonly fresh?: boolean;
  /** Asks for the name servers of a zone; public DNS unless given. */
  readonly resolveNs?: ResolveNs;
}

/** The tag of what holds data: whether a teardown keeps it. It outlives a change of the settings. */
export const protection = ({ data }: Settings) => ({ [protectTag]: String(data === "preserve") });
