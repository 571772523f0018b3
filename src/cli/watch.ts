import { InterruptedError } from "../engine/errors.ts";
import { makeScreen } from "../report/screen.ts";
import type { Style } from "../report/style.ts";
import { sanitise } from "../report/text.ts";
import type { Io } from "./io.ts";

/**
 * Shows a text that is made anew every so often, until the user asks to stop.
 *
 * @param every seconds from the end of one round to the beginning of the next
 * @param round what it throws is shown, and tried again the next time; what the first one throws is thrown
 */
export async function watch<Aws>(
  { clock, stdout, variables }: Io<Aws>,
  style: Style,
  every: number,
  signal: AbortSignal,
  round: () => Promise<string>,
): Promise<void> {
  const screen = makeScreen(stdout, variables, style, `every ${every} s, Ctrl-C ends`);
  try {
    for (let text = await round(); ; text = await round().catch(explained)) {
      screen(text, clock.now());
      await clock.sleep(every * 1000, signal);
    }
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
  }
}

function explained(error: unknown): string {
  if (error instanceof InterruptedError) throw error;
  return `no report: ${sanitise(error instanceof Error ? error.message : String(error))}`;
}
