import type { Implied } from "../../src/aws/permissions.ts";
import { type Asked, touching } from "../cloud/authorization.ts";
import type { Request } from "./evaluate.ts";
import { type Occasion, request } from "./requests.ts";
import { authorizationOf } from "./service-authorization.ts";
import { arnsOf } from "./touched.ts";

/** What IAM is asked in the course of a call, by what the call is about; nothing when this call does not imply it. */
export function impliedRequests(occasion: Occasion, { needs, through }: Implied): Request[] {
  const { call, cloud } = occasion;
  const during = { ...touching(call, cloud), call, through, touched: arnsOf(call, cloud) };
  return Object.keys(needs).flatMap((action) => {
    const asked: readonly Asked[] = authorizationOf(action)?.implied?.[action]?.(during) ?? [["*"]];
    return asked.map(([arn, context]) => request(occasion, action, arn, context));
  });
}
