import { TapError } from "../engine/errors.ts";

/** The local AWS could not be installed, started or stopped. */
export class LocalAwsError extends TapError {
  override readonly name: string = "LocalAwsError";
  readonly exitCode: 1 | 2 = 1;
}

/** No Python that can run the local AWS. */
export class PythonError extends LocalAwsError {
  override readonly name = "PythonError";
  override readonly exitCode = 2;
}

/** The port that was asked for cannot be had. */
export class PortError extends LocalAwsError {
  override readonly name = "PortError";
  override readonly exitCode = 2;
}
