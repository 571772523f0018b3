import { CreateTagsCommand, type ResourceType, type Tag } from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { classify, codeOf } from "../../aws/errors.ts";
import type { Identity } from "../../engine/kind.ts";
import { fromList, type Tags, toList } from "../tags.ts";

/** The tags of a create call. */
export const tagSpecification = (type: ResourceType, me: Identity) => [{ ResourceType: type, Tags: toList(me.tags) }];

/** Asks EC2 for the environment's resources only. The answer is filtered again: not every AWS-like endpoint does. */
export const environmentFilter = (environment: string) => [
  { Name: "tag:Environment", Values: [environment] },
  { Name: "tag:ManagedBy", Values: ["tap"] },
];

/** Sets our tags on an EC2 resource again. */
export async function retag(aws: Aws, id: string, me: Identity): Promise<void> {
  await aws.ec2(new CreateTagsCommand({ Resources: [id], Tags: toList(me.tags) }));
}

/** The tags of what EC2 describes. */
export const tagsOf = (live: { Tags?: Tag[] | undefined }): Tags => fromList(live.Tags);

/** Waits for a call; "not there" and the given error codes mean that what it is to bring about is so already. */
export async function unlessAlready(call: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (classify(error) !== "gone" && !codes.includes(codeOf(error) ?? "")) throw error;
  }
}
