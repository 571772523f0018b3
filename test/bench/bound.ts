import type { Json } from "../../src/engine/journal.ts";
import type { Node } from "../../src/engine/node.ts";
import type { Durations } from "../cloud/durations.ts";

/**
 * The shortest time in which AWS lets the graph come up or go down, if nothing but AWS took time: every call is sent the
 * moment it can succeed, any number of them at once, nobody polls, and nothing is looked at beforehand. Worked out from
 * the declarations and AWS's durations alone, so no engine can be faster on this graph, however it schedules.
 */
export interface Bound {
  /** Seconds until the last node is ready, or gone: the longest path. */
  readonly seconds: number;
  /** The nodes of the longest path, in order. */
  readonly path: readonly string[];
  /** Seconds if the nodes were done one after another. */
  readonly sequentialSeconds: number;
}

type AnyNode<Aws> = Node<Json, Aws>;

/** What AWS takes, in milliseconds. */
interface Cost {
  /** Calls that have to be answered one after the other before AWS works on it: at least the create or delete call. */
  readonly calls: number;
  readonly takes: number;
}

const nothing: Cost = { calls: 0, takes: 0 };
const oneCall: Cost = { calls: 1, takes: 0 };

/**
 * What a creation takes: one create call, and the time until AWS calls it ready (aws-notes, "Expected durations", as
 * `durations.ts` has them). Look-ups create nothing; the schema takes an invocation and a tag; ACM issues a certificate
 * by itself once its record is there.
 */
function creation<Aws>({ kind }: AnyNode<Aws>, d: Durations): Cost {
  switch (kind.type) {
    case "rds:schema":
      return { calls: 2, takes: 0 };
    case "acm:issued-certificate":
      return { calls: 0, takes: d.certificateIssue };
    default:
      return kind.role === undefined ? { calls: 1, takes: readyAfter(kind.type, d) } : nothing;
  }
}

function readyAfter(type: string, d: Durations): number {
  const known: Readonly<Record<string, number>> = {
    "ec2:vpc": d.vpc,
    "ec2:subnet": d.subnet,
    "ec2:nat-gateway": d.natCreate,
    "ec2:gateway-endpoint": d.endpointCreate,
    "rds:cluster": d.clusterCreate,
    "rds:instance": d.instanceCreate,
    "lambda:function": d.functionCreate,
    "acm:certificate": d.certificateRecord,
    "apigateway:domain-name": d.domainName,
  };
  return known[type] ?? 0;
}

/** What a removal takes. A function is taken out of its VPC first, which is an update of its own. */
function removal<Aws>({ kind }: AnyNode<Aws>, d: Durations): Cost {
  if (kind.role !== undefined) return nothing;
  switch (kind.type) {
    case "ec2:nat-gateway":
      return { calls: 1, takes: d.natDelete };
    case "ec2:gateway-endpoint":
      return { calls: 1, takes: d.endpointDelete };
    case "rds:cluster":
      return { calls: 1, takes: d.clusterDelete };
    case "rds:instance":
      return { calls: 1, takes: d.instanceDelete };
    case "lambda:function":
      return { calls: 2, takes: d.functionUpdate };
    default:
      return oneCall;
  }
}

/** When something is over, in milliseconds, and what held it up. */
interface Moment<Aws> {
  readonly at: number;
  readonly by: readonly AnyNode<Aws>[];
}

/** When a removal can begin, when what stood below may go as well, and when it is over. */
interface Departure<Aws> {
  readonly begin: Moment<Aws>;
  readonly released: Moment<Aws>;
  readonly gone: Moment<Aws>;
}

const latest = <Aws>(moments: readonly Moment<Aws>[]): Moment<Aws> =>
  moments.reduce((last, moment) => (moment.at > last.at ? moment : last), { at: 0, by: [] });

/**
 * The bound of `up`: a node begins when the outputs of all it needs may be used (once the create call of a kind that is
 * usable when created has answered, once it is ready otherwise) and all that comes before it is finished.
 *
 * @param latency of one call, in milliseconds
 */
export function boundOfUp<Aws>(graph: readonly AnyNode<Aws>[], d: Durations, latency: number): Bound {
  const usable = new Map<AnyNode<Aws>, Moment<Aws>>();
  const finished = new Map<AnyNode<Aws>, Moment<Aws>>();
  const at = (map: typeof usable, node: AnyNode<Aws>) => map.get(node) ?? { at: 0, by: [] };
  for (const node of graph) {
    const waits = node.needs.map((need) => {
      const moment = at(node.after.includes(need) ? finished : usable, need);
      return { ...moment, at: moment.at + (isAssumedBy(need, node) ? d.rolePropagation : 0) };
    });
    const begin = latest(waits);
    const { calls, takes } = creation(node, d);
    const by = [...begin.by, node];
    const answered = { at: begin.at + calls * latency, by };
    const done = { at: answered.at + takes, by };
    finished.set(node, done);
    usable.set(node, node.kind.usable === "created" ? answered : done);
  }
  return bound(latest([...finished.values()]), graph, (node) => creation(node, d), latency);
}

/** Whether a service assumes the role in this node's creation: a fresh role cannot be (role 1 s + 10 s propagation). */
const isAssumedBy = <Aws>(role: AnyNode<Aws>, node: AnyNode<Aws>): boolean =>
  (role.kind.type === "iam:role" && node.kind.type === "lambda:function") ||
  (role.kind.type === "iam:shared-role" && node.kind.type === "apigateway:account");

/**
 * Whether AWS, or a documented trap, keeps a node from being removed while a dependent stands. What a role's policy or a
 * function's environment merely names may go first: neither IAM nor Lambda looks at it.
 */
function holds<Aws>(dependent: AnyNode<Aws>, node: AnyNode<Aws>): boolean {
  switch (dependent.kind.type) {
    case "iam:role":
    case "rds:master-secret":
      return false;
    case "lambda:function":
      // It needs its role to give its interfaces back (aws-notes trap 19), and its late writers bring a group back.
      return ["iam:role", "ec2:security-group", "ec2:subnet", "logs:log-group"].includes(node.kind.type);
    default:
      return true;
  }
}

/**
 * The bound of `down`: a node goes when all that holds it, or that it outlives, lets go of it (once the removal of a kind
 * that releases when leaving is accepted, once it is gone otherwise), and then what AWS itself asks for holds as well:
 * a cluster goes after its instances ("~60 s after its instances"), and groups and subnets of functions only when Lambda
 * has given their network interfaces back (aws-notes, "Teardown that does not hang").
 */
export function boundOfDown<Aws>(graph: readonly AnyNode<Aws>[], d: Durations, latency: number): Bound {
  const dependents = new Map<AnyNode<Aws>, AnyNode<Aws>[]>();
  for (const node of graph) {
    const held = node.needs.filter((need) => holds(node, need));
    for (const need of held) dependents.set(need, [...(dependents.get(need) ?? []), node]);
    dependents.set(node, [...(dependents.get(node) ?? []), ...node.outlives]);
  }
  const known = new Map<AnyNode<Aws>, Departure<Aws>>();
  const work = (node: AnyNode<Aws>): Departure<Aws> => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const above = (dependents.get(node) ?? []).map((one) => ({ one, ...work(one) }));
    const isHeldByInterfaces = node.kind.type === "ec2:security-group" || node.kind.type === "ec2:subnet";
    const begin = latest(
      above.flatMap(({ one, begin, released }) => {
        if (!isHeldByInterfaces || one.kind.type !== "lambda:function") return [released];
        const detached = { at: begin.at + latency + d.lambdaInterfaceDetach, by: [...begin.by, one] };
        return [released, detached];
      }),
    );
    const { calls, takes } = removal(node, d);
    const by = [...begin.by, node];
    const answered = { at: begin.at + calls * latency, by };
    const members = node.kind.type === "rds:cluster" ? above.filter(({ one }) => one.kind.type === "rds:instance") : [];
    const clear = latest([answered, ...members.map(({ gone }) => ({ ...gone, by: [...gone.by, node] }))]);
    const gone = { ...clear, at: clear.at + takes };
    const result = { begin, released: node.kind.releases === "leaving" ? answered : gone, gone };
    known.set(node, result);
    return result;
  };
  return bound(latest(graph.map((node) => work(node).gone)), graph, (node) => removal(node, d), latency);
}

function bound<Aws>(
  { at, by }: Moment<Aws>,
  graph: readonly AnyNode<Aws>[],
  cost: (node: AnyNode<Aws>) => Cost,
  latency: number,
): Bound {
  const sequential = graph.reduce((sum, node) => sum + cost(node).calls * latency + cost(node).takes, 0);
  return { seconds: at / 1000, path: by.map(({ id }) => id), sequentialSeconds: sequential / 1000 };
}
