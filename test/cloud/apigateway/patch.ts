import type { Op, PatchOperation } from "@aws-sdk/client-api-gateway";
import { awsError } from "../errors.ts";

/** A path that may be patched, with which operations, and what that does. */
export interface Patchable<T> {
  /** `/name`, or a pattern with groups for `/binaryMediaTypes/{type}`. */
  readonly path: string | RegExp;
  readonly ops: readonly Op[];
  /** Changes the draft. `value` is undefined on removal; `parts` are the pattern's groups, unescaped. */
  apply(draft: T, value: string | undefined, parts: readonly string[]): void;
}

/**
 * Applies patch operations to a shallow copy. Source: API Gateway API Reference, "Patch operations": each resource has
 * its own table of paths and operations, and anything outside it is refused.
 *
 * @throws BadRequestException for a path or operation that is not in the table; the resource is then unchanged
 */
export function patched<T extends object>(
  before: T,
  operations: readonly PatchOperation[] | undefined,
  table: readonly Patchable<T>[],
): T {
  const draft = { ...before };
  for (const { op, path = "", value } of operations ?? []) {
    const row = table.map((entry) => ({ entry, parts: match(entry.path, path) })).find(({ parts }) => parts);
    if (!op || !row?.parts || !row.entry.ops.includes(op)) {
      throw badRequest(`Invalid patch path '${path}' specified for op '${op}'. Please choose supported operations`);
    }
    // An addition may say all in its path: `/binaryMediaTypes/image~1png`.
    row.entry.apply(draft, op === "remove" ? undefined : op === "add" ? (value ?? "") : value, row.parts);
  }
  return draft;
}

function match(pattern: string | RegExp, path: string): string[] | undefined {
  if (typeof pattern === "string") return pattern === path ? [] : undefined;
  return pattern
    .exec(path)
    ?.slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function badRequest(message: string) {
  return awsError("BadRequestException", message);
}

export function notFound(message: string) {
  return awsError("NotFoundException", message, 404);
}

export function conflict(message: string) {
  return awsError("ConflictException", message, 409);
}

/** A boolean in a patch value. */
export function flag(value: string | undefined): boolean {
  if (value !== "true" && value !== "false") throw badRequest(`Invalid boolean value ${value}`);
  return value === "true";
}

/** A number in a patch value, within bounds. */
export function number(value: string | undefined, least: number, most: number): number {
  const parsed = Number(value);
  if (value === undefined || value === "" || !(parsed >= least && parsed <= most))
    throw badRequest(`Invalid value ${value}: expected ${least} to ${most}`);
  return parsed;
}

/** One of a few words. */
export function word<W extends string>(value: string | undefined, words: readonly W[]): W {
  const found = words.find((w) => w === value);
  if (found === undefined) throw badRequest(`Invalid value ${value}: expected one of ${words.join(", ")}`);
  return found;
}
