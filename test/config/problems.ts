import { InputError, type Problem } from "../../src/config/errors.ts";

/** The problems of the InputError that `run` throws. */
export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error("nothing was refused");
}
