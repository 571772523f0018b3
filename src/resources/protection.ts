import { TapError } from "../engine/errors.ts";

/**
 * Waits for a removal; where AWS refuses it because somebody has switched deletion protection on, it says how that is
 * looked at and switched off. Whether it may be is for people to decide.
 *
 * @param refusal AWS's words for it
 * @param look the command that shows it
 * @param off the command that switches it off
 * @throws {TapError} with AWS's words, when it is protected
 */
export async function unlessProtected(
  removal: Promise<unknown>,
  { refusal, look, off }: { readonly refusal: RegExp; readonly look: string; readonly off: string },
): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && refusal.test(error.message))) throw error;
    throw new TapError(error.message, {
      advice: `Its deletion protection is on. Look at it: ${look}. If it may go, switch it off: ${off}, then run the same command again.`,
      cause: error,
    });
  }
}
