/**
 * How long AWS takes, in milliseconds: aws-notes "Expected durations" and its table. Overridden per cloud
 * with the option `durations`.
 */
export const defaultDurations = {
  /** VPC, subnet: `pending` before `available`. */
  vpc: 3_000,
  subnet: 2_000,
  natCreate: 105_000,
  natFail: 20_000,
  natDelete: 50_000,
  /** A deleted NAT gateway is listed for about an hour (EC2 User Guide, "Delete a NAT gateway"). */
  natGhost: 3_600_000,
  endpointCreate: 5_000,
  endpointDelete: 5_000,
  /** A fresh role cannot be assumed yet (aws-notes: role 1 s + 10 s propagation). */
  rolePropagation: 10_000,
  clusterCreate: 45_000,
  clusterDelete: 60_000,
  clusterModify: 30_000,
  snapshotCreate: 120_000,
  clusterRestore: 120_000,
  instanceCreate: 480_000,
  instanceModify: 60_000,
  instanceDelete: 600_000,
  functionCreate: 60_000,
  functionUpdate: 30_000,
  /** Lambda gives an interface back: 5 min after a detach by empty VpcConfig, up to 45 min after a bare delete. */
  lambdaInterfaceDetach: 300_000,
  lambdaInterfaceTail: 2_700_000,
  certificateRecord: 5_000,
  certificateIssue: 180_000,
  certificateInUseTail: 300_000,
  domainName: 30_000,
  /** CreateBasePathMapping may answer any BadRequest for up to 30 s, here 5 s after the domain is ready (aws-notes, recordings). */
  domainMappable: 35_000,
  zoneChange: 45_000,
};

/** Milliseconds per kind of wait. */
export type Durations = typeof defaultDurations;
