/**
 * What only the doctor asks of AWS, with the IAM actions: no part of the deployer's policy, since a run needs none of it.
 * Where it is not allowed, the doctor says so. Everything else it asks is among the policy's operations. Source: the
 * Service Authorization Reference.
 */
export const doctorOperations = {
  "ec2:DescribeAccountAttributes": "ec2:DescribeAccountAttributes",
  "ec2:DescribeAvailabilityZones": "ec2:DescribeAvailabilityZones",
  "iam:SimulatePrincipalPolicy": "iam:SimulatePrincipalPolicy",
  "rds:DescribeAccountAttributes": "rds:DescribeAccountAttributes",
} as const;
