import type { Authorization, Entry } from "../cloud/authorization.ts";
import { services } from "../cloud/services.ts";

/** How IAM sees the services, by its own prefix of each. */
const authorizations: ReadonlyMap<string, Authorization> = new Map(
  Object.entries(services).flatMap(([name, { authorization: one }]) => (one ? [[one.prefix ?? name, one]] : [])),
);

/** What the Service Authorization Reference says of every action that tap needs. */
export const actions: Readonly<Record<string, Entry>> = Object.fromEntries(
  [...authorizations.values()].flatMap((service) => Object.entries(service.actions)),
);

/** The authorization of the service whose action it is. */
export const authorizationOf = (action: string): Authorization | undefined =>
  authorizations.get(action.replace(/:.*/, ""));

/** Whether an ARN is one of a resource type. EC2 has the type before a slash, RDS before a colon. */
export function isOfType(arn: string, service: string, type: string): boolean {
  const form = authorizations.get(service)?.forms?.[type];
  if (form !== undefined) return form.test(arn);
  const [, , of, , , ...rest] = arn.split(":");
  return of === service && rest.join(":").split(/[/:]/)[0] === type;
}
