/** One wrong input. */
export interface Problem {
  /** Where the value sits: `environments.dev.network.cidr`, `--suffix`, `AWS_REGION`. */
  readonly path: string;
  /** The wrong value; absent when there is none to show. Never a secret: no setting holds one. */
  readonly value?: unknown;
  /** What would have been right, to be read after "expected". */
  readonly expected: string;
  /** The file and, where known, the line: `tap.yaml:7`. */
  readonly source?: string;
}

/** Input that tap refuses before the first AWS call. The command line ends with exit code 2. */
export class InputError extends Error {
  override readonly name: string = "InputError";
  readonly exitCode = 2;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}

/** One problem as one line: source, path, expectation, value. */
export function describeProblem({ path, value, expected, source }: Problem): string {
  const where = source === undefined ? path : `${source}: ${path}`;
  return `${where}: expected ${expected}${value === undefined ? "" : `, got ${show(value)}`}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
