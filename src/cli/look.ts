import type { Settings } from "../config/settings.ts";
import { TapError } from "../engine/errors.ts";
import { refresh } from "../engine/refresh.ts";
import { accountRows, statusRows } from "../engine/status.ts";
import type { StatusError, StatusReport } from "../report/status.ts";
import type { Environment } from "../session/environment.ts";
import { exitCodeOf } from "./exit.ts";
import type { Io } from "./io.ts";

/** A drift report with the settings that it was made with. */
export interface Seen {
  readonly report: StatusReport;
  readonly settings: Settings;
}

/** Why there is none, with the exit code that this stands for. */
export interface Unseen extends StatusError {
  readonly code: number;
  readonly cause: unknown;
}

/**
 * Looks at one environment, for a report on it. What goes wrong is part of the answer.
 *
 * @param command what runs, for messages
 */
export async function lookAround<Aws>(io: Io<Aws>, environment: Environment, command: string): Promise<Seen | Unseen> {
  const { name } = environment;
  try {
    const session = await io.open(environment, { purpose: "look", command });
    const { account, kinds, local, platform, run, settings, state } = session;
    try {
      const looks = await refresh(run, platform.nodes, kinds, true);
      const rows = statusRows(looks, state.retained());
      const { region, settingsOf } = settings;
      const { unsearched } = looks;
      const accountWide = accountRows(looks);
      return {
        report: { environment: name, settingsOf, region, account, local, rows, accountWide, unsearched },
        settings,
      };
    } finally {
      await session.close();
    }
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    const advice = cause instanceof TapError && cause.advice !== undefined ? { advice: cause.advice } : {};
    return { environment: name, local: environment.request.local, error, ...advice, code: exitCodeOf(cause), cause };
  }
}
