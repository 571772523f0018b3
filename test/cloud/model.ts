import type { CommandIO, MetadataBearer } from "@smithy/types";
import { UnmodelledError } from "./errors.ts";
import type { RateLimit } from "./limits.ts";
import type { Tags } from "./tags.ts";

/** One operation of a service, with its types erased: see `read` and `write`. */
export interface Operation {
  readonly name: string;
  /** The SDK's command class. */
  readonly command: object;
  readonly mutating: boolean;
  readonly fields: ReadonlySet<string>;
  handle(input: object): object;
}

/** One existing resource, for `Cloud.dump`, the tagging API, and the question which environment owns it. */
export interface Resource {
  /** Unique within the service, such as `vpc/vpc-00000000000000001`. */
  readonly key: string;
  /** Given for what can carry tags at all, so that a test can ask that it does. */
  readonly arn?: string;
  /** Its own tags; for a part that has none (an alias, a log stream), those of the resource it belongs to. */
  readonly tags: Tags;
  /** The tags as a list by tag would see them, when that lags. */
  readonly indexedTags?: Tags;
  /** Everything about it that a caller could see or change. Times are Dates. */
  readonly state: unknown;
}

/** One AWS service. */
export interface ServiceModel {
  /** The service's short name, such as `ec2`; the first part of `Cloud.dump`. */
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly limits: readonly RateLimit[];
  /** The SDK's client class, whose `send` reaches the cloud. */
  readonly client: { readonly prototype: object };
  /** The service's throttling error. */
  readonly throttled: () => Error;
  /** What exists now. Ghosts (deleted, still listed) are left out. */
  resources(): Iterable<Resource>;
}

type CommandClass<I extends object, O extends MetadataBearer> = new (input: I) => CommandIO<I, O>;

/** What a handler returns: the output without its metadata. */
export type Reply<O> = Omit<O, "$metadata">;

/**
 * Declares an operation that changes nothing.
 *
 * @param fields the input members that the handler understands; any other given member is an UnmodelledError
 */
export function read<I extends object, O extends MetadataBearer>(
  command: CommandClass<I, O>,
  fields: readonly (keyof I & string)[],
  handle: (input: I) => Reply<O>,
): Operation {
  return operation(command, fields, handle, false);
}

/** Declares an operation that changes something; otherwise like `read`. */
export function write<I extends object, O extends MetadataBearer>(
  command: CommandClass<I, O>,
  fields: readonly (keyof I & string)[],
  handle: (input: I) => Reply<O>,
): Operation {
  return operation(command, fields, handle, true);
}

function operation<I extends object, O extends MetadataBearer>(
  command: CommandClass<I, O>,
  fields: readonly string[],
  handle: (input: I) => Reply<O>,
  mutating: boolean,
): Operation {
  return {
    name: command.name.replace(/Command$/, ""),
    command,
    mutating,
    fields: new Set(fields),
    // Dispatch by name erases the type: the cloud hands this only the input of a command of this name.
    handle: (input) => handle(input as I),
  };
}

/**
 * Throws on members of a nested structure that a handler does not understand.
 *
 * @throws UnmodelledError
 */
export function onlyFields<T extends object>(
  value: T | undefined,
  where: string,
  fields: readonly (keyof T & string)[],
) {
  const known = new Set<string>(fields);
  for (const [key, item] of Object.entries(value ?? {})) {
    if (item !== undefined && !known.has(key)) throw new UnmodelledError(`${where}.${key} is not modelled`);
  }
}
