import type { Sid } from "./scopes.ts";

/** The IAM actions of one API operation, each with what it needs them on. All of them are needed. */
export type Needs = Readonly<Record<string, Sid | readonly Sid[]>>;

/** The operations of one service that tap calls. */
export interface ServiceNeeds {
  /** The page of the Service Authorization Reference that names the actions, unless an operation says otherwise. */
  readonly source: string;
  readonly operations: Readonly<Record<string, Needs>>;
}

/** @param page for example "amazonec2" */
export const reference = (page: string): string =>
  `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${page}.html`;
