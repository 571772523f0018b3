import type { ErrorClass } from "../../engine/kind.ts";

/**
 * Lambda says ResourceConflictException both for "not now", while something is being changed, and for "the name is
 * taken": "Function already exist: …" (CreateFunction), "The statement id (…) provided already exists" (AddPermission).
 * Taken for the former, a create whose first reply was lost would be repeated until its deadline.
 */
export const classifyTaken = (error: unknown, during: "create" | "update" | "remove"): ErrorClass | undefined =>
  during === "create" &&
  error instanceof Error &&
  error.name === "ResourceConflictException" &&
  /already exist/i.test(error.message)
    ? "exists"
    : undefined;
