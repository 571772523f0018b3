import type { StatusRow } from "../engine/status.ts";

/** Resources that are drawn together, under a heading or within a resource that contains them. */
export interface Card {
  readonly title: string;
  /** The resource that the others are in. */
  readonly head?: StatusRow;
  readonly rows: readonly StatusRow[];
}

/** The platform as an engineer would draw it on a whiteboard. */
export interface Architecture {
  readonly domain: Card;
  readonly api: Card;
  readonly vpc: Card;
  readonly gateways: Card;
  readonly routes: Card;
  readonly groups: Card;
  /** One for each availability zone. */
  readonly zones: readonly { readonly zone: string; readonly open: Card; readonly closed: Card }[];
  readonly functions: Card;
  readonly cluster: Card;
  /** What stands beside the VPC: every other card, and last what has none. */
  readonly beside: readonly Card[];
}

/** What the others on its card are in, or belong to. */
const heads = new Set(["apigateway:rest-api", "ec2:subnet", "ec2:vpc", "kms:key", "rds:cluster"]);

/** Of a zone's resources, which subnet they are in: only their ids say it. */
const subnetOf = ({ type, id }: StatusRow): string =>
  `${type === "ec2:subnet" && id.includes("private") ? "closed" : "open"}${id.endsWith("-2") ? 2 : 1}`;

/**
 * Puts every resource into its place; what has none is among the others.
 *
 * @param zones the availability zones of the first and the second subnets
 */
export function architectureOf(rows: readonly StatusRow[], zones: readonly string[]): Architecture {
  const by = Map.groupBy(rows, (row) => (row.card === "Subnets" ? subnetOf(row) : (row.card ?? "Others")));
  const card = (of: string, title = of): Card => {
    const all = by.get(of) ?? [];
    const head = all.find(({ type }) => heads.has(type));
    by.delete(of);
    return { title, rows: all.filter((row) => row !== head), ...(head && { head }) };
  };
  const vpc = card("VPC");
  const closed = [1, 2].map((n) => card(`closed${n}`, "Private subnet"));
  // A frame has room for one: a second VPC, left over, is among the others.
  const framed = [vpc, ...closed].flatMap(({ rows }) => rows);
  const others = { title: "Others", rows: [...card("Others").rows, ...framed] };
  return {
    domain: card("Domain and DNS"),
    api: card("API Gateway"),
    vpc: { ...vpc, rows: [] },
    gateways: card("Ways out"),
    routes: card("Route tables"),
    groups: card("Security groups"),
    zones: closed.map((subnet, i) => ({
      zone: zones[i] ?? `zone ${i + 1}`,
      open: card(`open${i + 1}`, "Public subnet"),
      closed: { ...subnet, rows: [] },
    })),
    functions: card("Lambda functions"),
    cluster: card("Aurora MySQL"),
    beside: [...[...by.keys()].map((title) => card(title)), others],
  };
}
