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
  readonly key: Card;
  readonly storage: Card;
  readonly logs: Card;
  readonly secrets: Card;
  readonly roles: Card;
  readonly others: Card;
}

/** Who goes where; the first that fits. `type` and `id` are those of a {@link StatusRow}. */
const places: readonly (readonly [place: string, fits: (row: StatusRow) => boolean])[] = [
  ["logs", ({ type }) => type === "logs:log-group"],
  ["vpc", ({ type }) => type === "ec2:vpc"],
  ["gateways", ({ type }) => type === "ec2:internet-gateway" || type === "ec2:gateway-endpoint"],
  ["routes", ({ type }) => type === "ec2:route-table"],
  ["groups", ({ type }) => type.startsWith("ec2:") && type.includes("security-group")],
  [
    "open2",
    ({ type, id }) => /^ec2:(subnet|nat-gateway|elastic-ip)$/.test(type) && /(public|nat|address).*-2$/.test(id),
  ],
  ["closed2", ({ type, id }) => type === "ec2:subnet" && /private.*-2$/.test(id)],
  ["closed1", ({ type, id }) => type === "ec2:subnet" && id.includes("private")],
  ["open1", ({ type }) => /^ec2:(subnet|nat-gateway|elastic-ip)$/.test(type)],
  ["secrets", ({ type }) => type === "secrets:secret" || type === "rds:master-secret"],
  ["roles", ({ type }) => type.startsWith("iam:")],
  ["cluster", ({ step }) => step === "database"],
  ["functions", ({ step }) => step === "functions"],
  ["key", ({ step }) => step === "encryption"],
  ["storage", ({ step }) => step === "artifacts"],
  ["api", ({ step }) => step === "api"],
  ["domain", ({ step }) => step === "dns" || step === "certificate" || step === "domain"],
];

/**
 * Puts every resource into its place; what has none is among the others.
 *
 * @param zones the availability zones of the first and the second subnets
 */
export function architectureOf(rows: readonly StatusRow[], zones: readonly string[]): Architecture {
  const by = Map.groupBy(rows, (row) => places.find(([, fits]) => fits(row))?.[0] ?? "others");
  const card = (place: string, title: string, isHead: (row: StatusRow) => boolean = () => false): Card => {
    const all = by.get(place) ?? [];
    const head = all.find(isHead);
    return { title, rows: all.filter((row) => row !== head), ...(head && { head }) };
  };
  const isSubnet = ({ type }: StatusRow) => type === "ec2:subnet";
  const vpc = card("vpc", "VPC", () => true);
  const closed = [1, 2].map((n) => card(`closed${n}`, "Private subnet", isSubnet));
  // A frame has room for one: a second VPC, left over, is among the others.
  const framed = [vpc, ...closed].flatMap(({ rows }) => rows);
  return {
    domain: card("domain", "Domain and DNS"),
    api: card("api", "API Gateway", ({ type }) => type === "apigateway:rest-api"),
    vpc: { ...vpc, rows: [] },
    gateways: card("gateways", "Ways out"),
    routes: card("routes", "Route tables"),
    groups: card("groups", "Security groups"),
    zones: closed.map((subnet, i) => ({
      zone: zones[i] ?? `zone ${i + 1}`,
      open: card(`open${i + 1}`, "Public subnet", isSubnet),
      closed: { ...subnet, rows: [] },
    })),
    functions: card("functions", "Lambda functions"),
    cluster: card("cluster", "Aurora MySQL", ({ type }) => type === "rds:cluster"),
    key: card("key", "KMS key", ({ type }) => type === "kms:key"),
    storage: card("storage", "S3"),
    logs: card("logs", "CloudWatch Logs"),
    secrets: card("secrets", "Secrets Manager"),
    roles: card("roles", "IAM roles"),
    others: { title: "Others", rows: [...(by.get("others") ?? []), ...framed] },
  };
}
