import type { Condition } from "../../src/aws/permissions.ts";

/** One thing that IAM is asked: may the caller do this to that, under these circumstances? */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Values by condition key; a key that is not there is not in the request's context. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The parts of a statement that decide. */
export interface Rule {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

const patterns = new Map<string, RegExp>();

/** `*` and `?` as IAM reads them, and policy variables (IAM user guide, "Policy elements: Resource", "Variables"). */
function matches(pattern: string, text: string, context: Request["context"] = {}): boolean {
  const filled = pattern.replace(/\$\{([^}]+)\}/g, (_, key: string) => context[key]?.[0] ?? "\0");
  let expression = patterns.get(filled);
  if (expression === undefined) {
    const escaped = filled.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
    patterns.set(filled, expression);
  }
  return expression.test(text);
}

const operators: Readonly<Record<string, (want: string, value: string) => boolean>> = {
  StringEquals: (want, value) => want === value,
  StringLike: (want, value) => matches(want, value),
  ArnEquals: (want, value) => matches(want, value),
  Bool: (want, value) => want === value,
};

/** IAM user guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys". */
function holds(operator: string, wanted: readonly string[], values: readonly string[] | undefined): boolean {
  if (operator === "Null") return (values === undefined) === (wanted[0] === "true");
  const all = operator.startsWith("ForAllValues:");
  const name = operator.replace(/^ForAllValues:/, "").replace(/IfExists$/, "");
  const compare = operators[name];
  if (compare === undefined) throw new Error(`the test does not know the condition operator ${operator}`);
  if (values === undefined) return all || operator.endsWith("IfExists");
  return values.every((value) => wanted.some((want) => compare(want, value)));
}

const meets = (condition: Condition, context: Request["context"]): boolean =>
  Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, [wanted].flat(), context[key])),
  );

/** Whether a statement allows a request. All statements are `Allow`, so a request is allowed if any of them does. */
export const allows = ({ Action, Resource, Condition = {} }: Rule, { action, resource, context }: Request): boolean =>
  Action.some((pattern) => matches(pattern, action)) &&
  Resource.some((pattern) => matches(pattern, resource, context)) &&
  meets(Condition, context);
