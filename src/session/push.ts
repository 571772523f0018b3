import { isDeepStrictEqual } from "node:util";
import { InputError, type Problem } from "../config/errors.ts";
import type { Clock } from "../engine/clock.ts";
import { formatState, parseState, type State } from "../state/schema.ts";
import { type Environment, settingsWith } from "./environment.ts";

/** How a push has ended. */
export interface Pushed {
  /** The state, for messages. */
  readonly name: string;
  readonly serial: number;
  /** Whether it was written; not when it was there already. */
  readonly written: boolean;
}

/**
 * Stores a text as the state of an environment, under its lock. What is there may be older, not newer: it would undo
 * what a later run has noted.
 *
 * @param given the text, and how messages call where it comes from
 * @param command what runs, for the lock
 * @throws {StateError} when it is no state of this environment that this tap can read
 * @throws {InputError} when it is of another account or region than the settings or what is there, or older than that
 * @throws {LockedError} when a run is at work
 */
export async function pushState(
  environment: Environment,
  given: { readonly name: string; readonly text: string },
  command: string,
  clock: Clock,
): Promise<Pushed> {
  const { local } = environment.request;
  const state = parseState(given.text, given.name, environment.name);
  const settings = settingsWith(environment, state);
  const place = await environment.place();
  const { account, region } = settings;
  const own = { region, ...(account === undefined || local ? {} : { account }) };
  refuse(mismatches(state, own, given.name, "which the settings name"));

  const lock = await place.lock({ command, clock });
  try {
    const target = place.text();
    const text = await target.read();
    const there = text === undefined ? undefined : parseState(text, target.name, state.environment);
    const { serial } = state;
    if (there !== undefined) {
      refuse(mismatches(state, there, given.name, `as in ${target.name}`));
      if (isDeepStrictEqual(state, there)) return { name: target.name, serial, written: false };
      if (serial <= there.serial) {
        const expected = `more than ${there.serial}, the version of ${target.name}, which it would undo`;
        refuse([{ path: "serial", value: serial, expected, source: given.name }]);
      }
    }
    await lock.check();
    await target.write(formatState(state));
    return { name: target.name, serial, written: true };
  } finally {
    await lock.release();
  }
}

/** Where a state is of another account or region. */
function mismatches(
  state: State,
  other: { readonly account?: string; readonly region: string },
  source: string,
  whose: string,
): Problem[] {
  return (["account", "region"] as const).flatMap((path) =>
    other[path] === undefined || other[path] === state[path]
      ? []
      : [{ path, value: state[path], expected: `${other[path]}, ${whose}`, source }],
  );
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}
