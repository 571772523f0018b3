import type { LocalDatabasePlace } from "../src/local/database-kind.ts";
import type { CodePackage } from "../src/resources/lambda/code.ts";
import type { ResolveNs } from "../src/resources/route53/delegation.ts";

/** Where the platform is put, as far as the settings do not say it. */
export interface Place {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The ZIP that all functions share. */
  readonly code: CodePackage;
  /** On the local AWS, which answers here; with a database server of this machine, if it has one. */
  readonly local?: { readonly endpoint: string; readonly database?: LocalDatabasePlace };
  /** Asks for the name servers of a zone; public DNS unless given. */
  readonly resolveNs?: ResolveNs;
}
