import { InputError } from "../config/errors.ts";
import { TapError } from "../engine/errors.ts";

/** A state file that cannot be used. It is left as it is. The command line ends with exit code 2. */
export class StateError extends TapError {
  override readonly name = "StateError";
  readonly exitCode = 2;
}

/** The state could not be written: disk full, folder not writable. Nothing new may be begun after it. */
export class StateWriteError extends TapError {
  override readonly name = "StateWriteError";
  readonly exitCode = 1;
}

/** Somebody else has written the state since this run has read it. The command line ends with exit code 3. */
export class StateChangedError extends TapError {
  override readonly name = "StateChangedError";
  readonly exitCode = 3;
}

/** The state file was written for another account or region. */
export class AccountMismatch extends InputError {
  override readonly name = "AccountMismatch";
}
