import { listOf, objectOf, touching } from "../cloud/authorization.ts";
import type { Call, Cloud } from "../cloud/cloud.ts";
import { services } from "../cloud/services.ts";

/** Tags as all services spell them. */
export function tagsIn(input: object): Record<string, string> {
  const { Tags, tags, AddTags, TagSpecifications, CreateBucketConfiguration, Tagging } = objectOf(input);
  const places = [Tags, tags, AddTags, objectOf(CreateBucketConfiguration)["Tags"], objectOf(Tagging)["TagSet"]];
  const found: Record<string, string> = {};
  for (const place of [...places, ...listOf(TagSpecifications).map((s) => s["Tags"])]) {
    const pairs = Array.isArray(place)
      ? listOf(place).map((tag) => [tag["Key"] ?? tag["TagKey"], tag["Value"] ?? tag["TagValue"]])
      : Object.entries(objectOf(place));
    for (const [name, value] of pairs) found[String(name)] = String(value);
  }
  return found;
}

/** The ARNs of everything that a call names, makes or changes, in its own service. */
export const arnsOf = (call: Readonly<Call>, cloud: Cloud): string[] =>
  services[call.service]?.authorization?.touched?.(touching(call, cloud)) ?? [];
