import { expect, test } from "vitest";
import { services } from "../cloud/services.ts";
import { everything } from "./everything.ts";
import { converged } from "./scene.ts";

/** Whose is told by something other than tags: a caller reference, the key that an alias points at. */
const otherwise = ["kms:alias", "route53:hosted-zone"];

/** An answer of AWS's as it were without the tag. */
function without(tag: string, answer: unknown): unknown {
  if (Array.isArray(answer)) {
    const isTag = (one: unknown) =>
      typeof one === "object" &&
      one !== null &&
      (("Key" in one && one.Key === tag) || ("TagKey" in one && one.TagKey === tag));
    return answer.filter((one) => !isTag(one)).map((one) => without(tag, one));
  }
  if (typeof answer !== "object" || answer === null || answer instanceof Date) return answer;
  const rest = Object.entries(answer).filter(([key]) => key !== tag);
  return Object.fromEntries(rest.map(([key, value]) => [key, without(tag, value)]));
}

/** The AWS CLI's command that tags something of a type. */
const commandOf = (type: string): string | undefined =>
  Object.entries(services).find(([name, { inTap = name }]) => type.startsWith(`${inTap}:`))?.[1].tagCommand;

const standing = await converged(everything);

test("whatever has lost a tag is told which, and the command that gives it back comes first", async () => {
  const { world, dev } = standing();
  using _ = world;
  const { cloud } = world;
  const tagged = Map.groupBy(
    [...cloud.resources()].filter(({ arn }) => arn !== undefined),
    ({ tags }) => tags["tap:id"],
  );
  cloud.intercept = (_call, apply) => without("ManagedBy", apply()) as object; // an object without a member is one
  const { conflicts } = await dev.plan();
  const lost = conflicts.filter(({ message, type }) => message.includes("not ours") && !otherwise.includes(type));
  for (const { advice, message, node, type } of lost) {
    expect(message, node).toContain("its tag ManagedBy is not set, not tap");
    const ids = [dev.journal.get(node)?.id, ...(tagged.get(node) ?? []).map(({ arn }) => arn)];
    const [id = "no id"] = ids.filter((one) => one !== undefined && advice?.includes(` ${one} `));
    const command = commandOf(type)?.replace("<id>", id);
    expect(command, type).toBeDefined();
    expect(advice, node).toMatch(/^If it is this environment's .*give them back: aws /);
    expect(advice, node).toContain(`give them back: ${command}`);
    expect(advice, node).toMatch(/ManagedBy(=|,(Tag)?Value=)tap[ ,]/);
    expect(advice, node).not.toMatch(/rename|remove|delete/i);
  }
  // What is inside of another is not looked for where that may be somebody else's.
  const all = dev.platform.nodes.filter(
    ({ id, parent }) => tagged.has(id) && (parent === undefined || !tagged.has(parent.id)),
  );
  const meant = all.filter(({ kind }) => !otherwise.includes(kind.type)).map(({ id }) => id);
  expect(lost.map(({ node }) => node).sort()).toEqual(meant.sort());
});
