import type { Call } from "../cloud/cloud.ts";

type Plain = { readonly [name: string]: unknown };

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What a stranger's tags are instead of ours. */
export type Alter = (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;

/** Tags that are not ours, though they look like it. */
export const strangers: Readonly<Record<string, Alter>> = {
  "no tags": () => ({}),
  "only our Name": ({ Name = "" }) => ({ Name }),
  "another environment's tags": (tags) => ({ ...tags, Environment: "prod" }),
  "another tool's tags": (tags) => ({ ...tags, ManagedBy: "terraform" }),
};

/** Tags as all services spell them: a map, or a list of Key and Value or of TagKey and TagValue. */
function alterTags(value: unknown, alter: Alter): unknown {
  const text = (item: unknown) => (typeof item === "string" ? item : "");
  if (isPlain(value)) return alter(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item)])));
  if (!Array.isArray(value)) return value;
  const key = value.some((item: unknown) => isPlain(item) && "TagKey" in item) ? "TagKey" : "Key";
  const of = key === "TagKey" ? "TagValue" : "Value";
  const tags = alter(
    Object.fromEntries(value.filter(isPlain).map((item) => [text(item[key]), text(item[of])] as const)),
  );
  return Object.entries(tags).map(([name, item]) => ({ [key]: name, [of]: item }));
}

/** An input of ours as a stranger would send it. */
export function asStranger(alter: Alter) {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        if (/^(add)?tags$/i.test(name)) return [name, alterTags(item, alter)];
        if (name === "CallerReference") return [name, `stranger ${String(item)}`];
        return [name, walk(item)];
      }),
    );
  };
  return ({ input }: Readonly<Call>): object =>
    Object.fromEntries(
      Object.entries(input).map(([name, item]) => Object.entries(walk({ [name]: item }) ?? {})[0] ?? [name, item]),
    );
}
