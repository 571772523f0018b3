/** A property that the local AWS takes but does not show, or shows wrongly. */
export interface Unreported {
  /** The kind, for example "ec2:nat-gateway". */
  readonly type: string;
  /** The path that the kind's changes use, or the beginning of one. */
  readonly path: string;
  readonly why: string;
}

/** Measured on `emulatorVersion`, by setting each property of each kind and reading it back. */
export const unreported: readonly Unreported[] = [
  { type: "ec2:nat-gateway", path: "allocationId", why: "NatGatewayAddresses is always empty" },
  { type: "ec2:nat-gateway", path: "NatGatewayAddresses", why: "it is always empty" },
  { type: "ec2:gateway-endpoint", path: "policy", why: "DescribeVpcEndpoints leaves PolicyDocument out" },
  { type: "rds:cluster", path: "logExports", why: "DescribeDBClusters leaves EnabledCloudwatchLogsExports out" },
  { type: "rds:cluster", path: "autoMinorVersionUpgrade", why: "DescribeDBClusters leaves it out" },
  { type: "rds:cluster", path: "blue/green deployments", why: "there is no DescribeBlueGreenDeployments" },
  { type: "rds:instance", path: "parameterGroups", why: "the default group is called default.aurora-mysql8" },
  { type: "acm:certificate", path: "transparencyLogging", why: "DescribeCertificate's Options is empty at first" },
];

/** Whether the local AWS reports a property. */
export function reports(type: string, path: string): boolean {
  return !unreported.some((row) => row.type === type && (path === row.path || path.startsWith(`${row.path}.`)));
}
