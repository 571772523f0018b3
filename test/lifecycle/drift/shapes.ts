import { NormalizedSchema } from "@smithy/core/schema";

/** Where a structure, or a value in one, stands in a reply. */
export type Place = readonly (string | number)[];

/** A value of a reply, and what AWS's model of the service says of it. */
export interface Part {
  readonly place: Place;
  /** Without the numbers of a list's members: "Configuration.Layers". */
  readonly path: string;
  readonly schema: NormalizedSchema;
  readonly value: unknown;
}

/** How deep a structure is taken apart: some hold others of their own kind. */
const depth = 5;

/** The schema of a structure of a service, from its SDK package. @throws when the package has none of this name */
export async function schemaOf(sdkPackage: string, shape: string): Promise<NormalizedSchema> {
  const all: Readonly<Record<string, unknown>> = await import(`@aws-sdk/client-${sdkPackage}`);
  const schema = all[`${shape}$`];
  if (!Array.isArray(schema)) throw new Error(`@aws-sdk/client-${sdkPackage} has no ${shape}`);
  // What the packages export under such names are static schemas.
  return NormalizedSchema.of(schema as unknown as Parameters<typeof NormalizedSchema.of>[0]);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Everything in a structure that is no structure itself, whether the reply has it or not; a list as a whole, too. */
export function leavesIn({ schema, value, place, path }: Part, level = 0): Part[] {
  if (schema.isStructSchema()) {
    if (level === depth) return [];
    const fields: Readonly<Record<string, unknown>> = isObject(value) ? value : {};
    return [...schema.structIterator()].flatMap(([name, member]) =>
      leavesIn(
        {
          schema: member,
          value: fields[name],
          place: [...place, name],
          path: path === "" ? name : `${path}.${name}`,
        },
        level + 1,
      ),
    );
  }
  const whole = { schema, value, place, path };
  if (!schema.isListSchema() || !Array.isArray(value)) return [whole];
  const item = schema.getValueSchema();
  const inside = item.isStructSchema()
    ? value.flatMap((one, index) => leavesIn({ schema: item, value: one, place: [...place, index], path }, level + 1))
    : [];
  return [whole, ...inside];
}

/**
 * Other values than the one that is there. A list or a map has one member more; and none, where it has some.
 *
 * @param isOpen whether a member more is nobody's business
 */
export function otherValues(
  { schema, value }: Pick<Part, "schema" | "value">,
  isOpen: boolean,
): [how: string, value: unknown][] {
  if (schema.isListSchema() || schema.isMapSchema()) {
    const item = sample(schema.getValueSchema());
    const more = schema.isListSchema()
      ? [...(Array.isArray(value) ? value : []), item]
      : { ...(isObject(value) ? value : {}), other: item };
    const hasSome = isObject(value) && Object.keys(value).length > 0;
    return [
      ...(isOpen ? [] : [["with one more", more] as [string, unknown]]),
      ...(hasSome ? [["emptied", schema.isListSchema() ? [] : {}] as [string, unknown]] : []),
    ];
  }
  return [["altered", another(schema, value)]];
}

function another(schema: NormalizedSchema, value: unknown): unknown {
  if (typeof value === "string") return value === "" ? "other" : `${value}-other`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (value instanceof Date) return new Date(value.getTime() + 86_400_000);
  return sample(schema);
}

/** A value where there is none. */
function sample(schema: NormalizedSchema, level = 0): unknown {
  if (schema.isListSchema()) return level === depth ? [] : [sample(schema.getValueSchema(), level + 1)];
  if (schema.isMapSchema()) return { other: sample(schema.getValueSchema(), level + 1) };
  if (schema.isStructSchema()) {
    const members = level === depth ? [] : [...schema.structIterator()];
    return Object.fromEntries(members.map(([name, member]) => [name, sample(member, level + 1)]));
  }
  if (schema.isTimestampSchema()) return new Date(Date.UTC(2031, 0));
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 7;
  if (schema.isBlobSchema()) return new Uint8Array([7]);
  return "other";
}

/** A reply with another value at a place; structures that lead there are made. */
export function withAt(reply: unknown, [step, ...rest]: Place, value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list: readonly unknown[] = Array.isArray(reply) ? reply : [];
    return list.map((item, index) => (index === step ? withAt(item, rest, value) : item));
  }
  const before: Readonly<Record<string, unknown>> = isObject(reply) ? reply : {};
  return { ...before, [step]: withAt(before[step], rest, value) };
}
