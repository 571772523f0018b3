import { InputError, type Problem } from "../config/errors.ts";
import { environmentOf } from "../config/resolve.ts";
import { fileOf, resolveEnvironment } from "../session/environment.ts";
import type { EnvironmentRequest } from "../session/session.ts";
import type { World } from "./world.ts";

/** A request with the name of the environment that it means. */
export interface NamedRequest extends EnvironmentRequest {
  readonly environment: string;
}

/**
 * The environments that a request names, sorted: `--env dev,staging` means both.
 *
 * @throws {InputError} when one of several is named twice, is not known, or its settings are wrong; and when there is a
 *   suffix, which only one can have
 */
export async function requestsOf<Aws>(
  { clock }: World<Aws>,
  request: EnvironmentRequest,
): Promise<readonly [NamedRequest, ...NamedRequest[]]> {
  const file = await fileOf(request);
  const named = (one: EnvironmentRequest): NamedRequest => ({
    ...one,
    file,
    environment: environmentOf({ ...one, file }),
  });
  const names = (request.env ?? "").split(",").map((env) => env.trim());
  if (names.length === 1) return [named(request)];

  const suffix = request.suffix ?? request.variables["ENVIRONMENT_SUFFIX"];
  const problems: Problem[] = [];
  if (suffix) {
    const path = request.suffix === undefined ? "ENVIRONMENT_SUFFIX" : "--suffix";
    problems.push({ path, value: suffix, expected: "none, since --env names several environments" });
  }
  if (new Set(names).size < names.length) {
    problems.push({ path: "--env", value: request.env, expected: "each environment once" });
  }
  if (problems.length > 0) throw new InputError(problems);
  const [first = "", ...others] = names.sort();
  const requests = [named({ ...request, env: first }), ...others.map((env) => named({ ...request, env }))] as const;
  for (const each of requests) await resolveEnvironment(each, clock);
  return requests;
}
