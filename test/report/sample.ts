import type { Failure } from "../../src/engine/events.ts";
import type { Json } from "../../src/engine/journal.ts";
import type { Node, Present } from "../../src/engine/node.ts";
import type { Intended, PlannedChange } from "../../src/engine/plan.ts";
import type { Observation } from "../../src/engine/refresh.ts";
import type { StatusRow } from "../../src/engine/status.ts";
import { type ToyCloud, toyNode } from "../cli/toy.ts";

/** Text as AWS might hand it over, from someone who means harm. */
export const hostile = "cle\u001b[31man\u009b2J\u202eme\r\nup";

export const dev = { environment: "dev", region: "us-east-1", account: "123456789012", local: false };

export const planned = (
  id: string,
  action: Intended,
  rest: Partial<Omit<PlannedChange<ToyCloud>, "node" | "action">> = {},
): PlannedChange<ToyCloud> => ({ node: toyNode(id, 1), action, changes: [], after: [], ...rest });

/** A sight of something that is there. */
export const present = (awsId: string): Present => ({
  is: "present",
  awsId,
  phase: { is: "ready" },
  outputs: null,
  note: undefined,
  result: undefined,
  ailments: [],
  recorded: {},
  unwatched: [],
  compare: () => ({ changes: [], findings: [], accepted: [], unrecorded: [], unreported: [], missing: [] }),
  update: async () => undefined,
  retainReason: async () => undefined,
  remove: async () => undefined,
  blockers: async () => undefined,
});

export const looks = (all: Readonly<Record<string, Observation>>): Map<Node<Json, ToyCloud>, Observation> =>
  new Map(Object.entries(all).map(([id, look]) => [toyNode(id, 1), look]));

export const failed: Failure = {
  node: "network/nat-1",
  type: "ec2:nat-gateway",
  action: "create",
  code: "NatGatewayLimitExceeded",
  message: `The maximum number of NAT gateways has been reached ${hostile}`,
  requestId: "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE",
  advice: "A quota of the account is used up: raise it, or remove what is not needed.",
};

export const row = (id: string, status: StatusRow["status"], rest: Partial<StatusRow> = {}): StatusRow => ({
  id,
  step: id.slice(0, id.indexOf("/")),
  type: "ec2:vpc",
  status,
  changes: [],
  ...rest,
});
