import { type Authorization, stringsIn } from "../authorization.ts";

/** See {@link Authorization}. */
export const logs: Authorization = {
  actions: {
    "logs:AssociateKmsKey": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:CreateLogGroup": { on: { "log-group": ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "logs:DeleteLogGroup": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:DescribeLogGroups": { on: {}, keys: [] },
    "logs:DescribeLogStreams": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:DescribeSubscriptionFilters": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:PutLogGroupDeletionProtection": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:DisassociateKmsKey": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:ListTagsForResource": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:PutRetentionPolicy": { on: { "log-group": ["aws:ResourceTag"] }, keys: [] },
    "logs:TagResource": { on: { "log-group": ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
  },
  forms: {
    "log-group": /^arn:aws:logs:[^:]+:\d+:log-group:/,
  },
  touched: ({ given, arn, each }) => [
    ...each("logGroupName", (name) => {
      const group = arn("logs", `log-group:${name}`);
      return [group, `${group}:*`];
    }),
    ...each("logGroupIdentifier", (name) => [arn("logs", `log-group:${name}`), arn("logs", `log-group:${name}:*`)]),
    ...stringsIn(given["resourceArn"]),
  ],
  tagging: "logs:TagResource",
  taggable: (name) => [
    ["logs:TagResource", `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/trading-query-${name}`],
  ],
};
