/** A policy statement, as far as the models read it. */
interface Statement {
  readonly effect: string;
  readonly services: readonly string[];
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

/** The statements of a policy document; undefined when it is not one. */
export function parsePolicy(document: string): Statement[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return undefined;
  }
  const statements = member(parsed, "Statement");
  if (statements === undefined) return undefined;
  return (Array.isArray(statements) ? statements : [statements]).map((statement: unknown) => ({
    effect: strings(member(statement, "Effect"))[0] ?? "",
    services: strings(member(member(statement, "Principal"), "Service")),
    accounts: strings(member(member(statement, "Principal"), "AWS")),
    actions: strings(member(statement, "Action")),
  }));
}

/** Whether a trust policy lets a service assume the role. */
export function trusts(document: string, service: string): boolean {
  return (parsePolicy(document) ?? []).some(
    ({ effect, services, actions }) =>
      effect === "Allow" && services.includes(service) && actions.includes("sts:AssumeRole"),
  );
}

/** The accounts, users and roles that a resource policy names. */
export function principals(document: string): string[] {
  return (parsePolicy(document) ?? []).flatMap(({ accounts }) => accounts);
}

/** Whether a policy allows an action on some resource; action names may end in or hold `*`. */
export function grants(document: string, action: string): boolean {
  return (parsePolicy(document) ?? []).some(
    ({ effect, actions }) => effect === "Allow" && actions.some((pattern) => matches(pattern, action)),
  );
}

function matches(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "i").test(action);
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function strings(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === "string");
}

/** What the AWS managed policies in use allow, as far as other models ask (AWS Managed Policy Reference). */
export const managed: { readonly [arn: string]: readonly string[] } = {
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
  "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
  ],
};
