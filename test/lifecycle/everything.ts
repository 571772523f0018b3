import type { SettingsFile } from "../../src/config/file.ts";
import { settingsJsonSchema } from "../../src/config/json-schema.ts";
import { parseSettingsFile } from "../../src/config/parse.ts";
import { PRESET_SETTINGS } from "../../src/config/presets.ts";
import type { Overrides } from "../../src/config/schema.ts";
import { objectOf } from "../cloud/authorization.ts";

type Plain = Readonly<Record<string, unknown>>;

/** What only a user can say, and without which something optional is not there. */
const given = {
  domain: { name: "api.example.com", zone: "example.com" },
  iam: { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary" },
};

/** Every switch of a JSON Schema, on. */
export function switchedOn(schema: Plain): Plain {
  return members(objectOf(schema["properties"]), (member) => {
    if (objectOf(member)["type"] === "boolean") return true;
    const inside = switchedOn(objectOf(member));
    return Object.keys(inside).length > 0 ? inside : undefined;
  });
}

/** What one set of defaults has and another has not. */
export function surplus(more: Plain, less: Plain): Plain {
  return members(more, (member, name) => {
    if (!(name in less)) return member;
    const inside = Array.isArray(member) ? {} : surplus(objectOf(member), objectOf(less[name]));
    return Object.keys(inside).length > 0 ? inside : undefined;
  });
}

const members = (of: Plain, make: (member: unknown, name: string) => unknown): Plain =>
  Object.fromEntries(
    Object.entries(of).flatMap(([name, member]) => {
      const made = make(member, name);
      return made === undefined ? [] : [[name, made]];
    }),
  );

const { dev, prod } = PRESET_SETTINGS;
const defaults = {
  ...surplus(prod, dev),
  ...switchedOn(objectOf(objectOf(settingsJsonSchema()["properties"])["defaults"])),
  ...given,
};

/**
 * A small platform with everything that is optional. What a new setting switches on is in it without being told, as is
 * what prod has and dev has not; what takes more than a switch stands in `given`, and a test fails while it does not.
 */
export const everything: SettingsFile = parseSettingsFile(JSON.stringify({ defaults }));

/** The same, with other settings besides. */
export const everythingWith = (more: Overrides): SettingsFile => ({
  ...everything,
  defaults: { ...everything.defaults, ...more },
});
