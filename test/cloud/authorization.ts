import type { Call, Cloud } from "./cloud.ts";

type Plain = Readonly<Record<string, unknown>>;

/** A call, with what its service needs to say what it is about. */
export interface Touching {
  readonly cloud: Cloud;
  readonly operation: string;
  /** The call's input. */
  readonly given: Plain;
  /** An ARN of a service in the cloud's account and region; what is one already stays as it is. */
  arn(service: string, resource: string): string;
  /** What each text of an input member stands for. */
  each(field: string, make: (text: string) => string | readonly string[]): string[];
}

/** What the Service Authorization Reference says of one action. */
export interface Entry {
  /** The resource types that it is checked on, with the condition keys of each; none: it knows no resources but `*`. */
  readonly on: Readonly<Record<string, readonly string[]>>;
  /** The condition keys that do not depend on the resource. */
  readonly keys: readonly string[];
}

/**
 * How IAM sees one service: an extract of the Service Authorization Reference as of September 2026. It says the actions that
 * tap needs; of resource types those that tap knows, and of condition keys those that tap's policy may use, without the
 * names of tags. It is written down from the reference, independently of what the kinds say.
 */
export interface Authorization {
  /** By the action, with the service's prefix. */
  readonly actions: Readonly<Record<string, Entry>>;
  /** The forms of its ARNs, by resource type, where the type is not what follows the account. */
  readonly forms?: Readonly<Record<string, RegExp>>;
  /** The ARNs of everything that a call names, makes or changes, in its own service. */
  readonly touched?: (touching: Touching) => string[];
  /** IAM's prefix, where it is not what the service is called here. */
  readonly prefix?: string;
  /** The actions of an operation that have other names than it, or are more than one. */
  readonly named?: Readonly<Record<string, readonly string[]>>;
  /** The action that a create call with tags needs besides its own. */
  readonly tagging?: string;
  /** Things of an environment's whose name is given, and what would give them other tags. */
  readonly taggable?: (name: string) => readonly (readonly [action: string, arn: string])[];
  /** The condition keys of the service that a call fills in. */
  readonly context?: (touching: Touching) => Context;
  /**
   * What IAM is asked of this service in the course of another's call, by action; nothing where this call does not imply
   * it. An action that is not here is asked of `*`.
   */
  readonly implied?: Readonly<Record<string, (during: During) => readonly Asked[]>>;
}

/** What IAM knows of a request besides its action and its resource: the values by condition key. */
export type Context = Readonly<Record<string, readonly string[]>>;

/** One thing that is asked about, and what is known besides. */
export type Asked = readonly [arn: string, context?: Context];

/** A call in whose course another service is asked. */
export interface During extends Touching {
  readonly call: Readonly<Call>;
  /** The ARNs of everything that the call names, makes or changes, in its own service. */
  readonly touched: readonly string[];
  /** The service through which a key is used, as `kms:ViaService` has it. */
  readonly through: string | undefined;
}

/** A value as an object; an empty one if it is none. */
export const objectOf = (value: unknown): Plain =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** A text, or the texts of a list. */
export const stringsIn = (value: unknown): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(stringsIn) : [];

/** A text in an object. @throws where there is none */
export function textIn(of: unknown, member: string): string {
  const [text] = stringsIn(objectOf(of)[member]);
  if (text === undefined) throw new TypeError(`no ${member}`);
  return text;
}

/** The objects of a list. */
export const listOf = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.map(objectOf) : []);

/** A condition key of one text; none where there is no text. */
export const one = (key: string, value: unknown): Context => (typeof value === "string" ? { [key]: [value] } : {});

/** What a call is about, for its service. */
export function touching({ operation, input }: Readonly<Call>, cloud: Cloud): Touching {
  const given = objectOf(input);
  return {
    cloud,
    operation,
    given,
    arn: (of, resource) =>
      resource.startsWith("arn:") ? resource : cloud.arn(of, resource, of === "iam" ? "" : cloud.region),
    each: (field, make) => stringsIn(given[field]).flatMap(make),
  };
}
