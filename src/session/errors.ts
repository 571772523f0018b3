import { TapError } from "../engine/errors.ts";

/** No credentials, or none that AWS accepts. The command line ends with exit code 2. */
export class CredentialsError extends TapError {
  override readonly name = "CredentialsError";
  readonly exitCode = 2;
}

/** The local AWS is needed, but it does not run, and the command is not one that starts it. */
export class LocalAwsStopped extends TapError {
  override readonly name = "LocalAwsStopped";
  readonly exitCode = 1;
}

/** Something that tap does not do, with the reason. Nothing was changed. The command line ends with exit code 2. */
export class RefusedError extends TapError {
  override readonly name = "RefusedError";
  readonly exitCode = 2;
}
