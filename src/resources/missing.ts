import { classify } from "../aws/errors.ts";

/** What a read answers, or `undefined` when AWS says that the thing is not there. */
export async function ifThere<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (classify(error) === "gone") return undefined;
    throw error;
  }
}

/** A removal for which "not there" is success. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  await ifThere(removal);
}

/**
 * A field that AWS always fills in, though the SDK's type says it may be absent.
 *
 * @throws when it is absent after all
 */
export function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`AWS answered without ${field}`);
  return value;
}
