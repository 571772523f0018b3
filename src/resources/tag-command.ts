import { type ServiceName, services } from "../aws/services.ts";
import type { Identity } from "../engine/kind.ts";
import { identifying } from "./tags.ts";

/** A service whose resources are given their tags back by {@link tagCommand}. */
export type Tagged = { [S in ServiceName]: (typeof services)[S] extends { addTags: object } ? S : never }[ServiceName];

/**
 * The AWS CLI's command that gives a resource the tags back by which it is this node's, and leaves others as they are.
 *
 * @param id as the service wants it: an id of EC2's or KMS's, a role's name, else an ARN
 */
export const tagCommand = (service: Tagged) => {
  const { command, as } = services[service].addTags;
  const spelled = {
    Key: (name: string, value?: string) => `Key=${name},Value=${value}`,
    TagKey: (name: string, value?: string) => `TagKey=${name},TagValue=${value}`,
    map: (name: string, value?: string) => `${name}=${value}`,
  }[as];
  return (me: Identity, id: string): string => {
    const tags = identifying.map((name) => spelled(name, me.tags[name]));
    return `aws ${command} ${id} --tags ${tags.join(as === "map" ? "," : " ")}`;
  };
};
