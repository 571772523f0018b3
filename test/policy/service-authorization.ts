import type { Entry } from "../cloud/authorization.ts";
import { authorizations } from "../cloud/services.ts";

/** What the Service Authorization Reference says of every action that tap needs. */
export const actions: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.values(authorizations).flatMap((service) => Object.entries(service.actions)),
);

/** Whether an ARN is one of a resource type. EC2 has the type before a slash, RDS before a colon. */
export function isOfType(arn: string, service: string, type: string): boolean {
  const form = authorizations[service]?.forms?.[type];
  if (form !== undefined) return form.test(arn);
  const [, , of, , , ...rest] = arn.split(":");
  return of === service && rest.join(":").split(/[/:]/)[0] === type;
}
