import type { ErrorClass } from "../../src/engine/kind.ts";

/** One error as AWS words it, and what it means. `look`: a read, on which no kind has a word of its own. */
export interface ErrorRow {
  /** Of the kind that has met it. */
  readonly type: string;
  readonly phase: "look" | "create" | "update" | "remove";
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly right: ErrorClass;
  readonly source: string;
}

type Phases = ErrorRow["phase"] | `${ErrorRow["phase"]}/${ErrorRow["phase"]}`;
/** Phases, code, message, HTTP status, class, and the source if it is not the group's. */
type Short = readonly [Phases, string, string, number, ErrorClass, source?: string];

/**
 * The rows of one type.
 *
 * @param source of those that name none of their own
 */
export const of = (type: string, source: string, rows: readonly Short[]): ErrorRow[] =>
  rows.flatMap(([phases, code, message, status, right, own]) =>
    (["look", "create", "update", "remove"] as const)
      .filter((phase) => phases.split("/").includes(phase))
      .map((phase) => ({ type, phase, code, message, status, right, source: own ?? source })),
  );

export const notes = "terraform-provider-aws, retries of ";
export const recorded = "cloud-custodian's recorded replies";
export const localstack = "LocalStack's snapshots, recorded on AWS";
export const sdk = (client: string) => `error classes of @aws-sdk/client-${client}`;
export const common = "AWS common errors (each service's API reference)";
