import { type Authorization, one, stringsIn } from "../authorization.ts";

/** See {@link Authorization}. */
export const lambda: Authorization = {
  actions: {
    "lambda:DeleteAlias": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:DeleteFunctionConcurrency": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:DeleteFunctionEventInvokeConfig": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:DeleteFunctionUrlConfig": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:ListAliases": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:ListFunctionEventInvokeConfigs": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:ListFunctionUrlConfigs": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:ListEventSourceMappings": { on: {}, keys: [] },
    "lambda:AddPermission": { on: { function: ["aws:ResourceTag"] }, keys: ["lambda:Principal"] },
    "lambda:CreateFunction": { on: { function: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "lambda:DeleteFunction": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:GetFunction": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:GetPolicy": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:InvokeFunction": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:ListTags": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:RemovePermission": { on: { function: ["aws:ResourceTag"] }, keys: ["lambda:Principal"] },
    "lambda:TagResource": { on: { function: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "lambda:UpdateFunctionCode": { on: { function: ["aws:ResourceTag"] }, keys: [] },
    "lambda:UpdateFunctionConfiguration": { on: { function: ["aws:ResourceTag"] }, keys: [] },
  },
  forms: {
    function: /^arn:aws:lambda:[^:]+:\d+:function:/,
  },
  touched: ({ given, arn, each }) => [
    ...each("FunctionName", (name) => arn("lambda", `function:${name}`)),
    ...stringsIn(given["Resource"]),
  ],
  named: {
    GetFunction: ["lambda:GetFunction", "lambda:ListTags"],
    // Lambda API reference, Invoke.
    Invoke: ["lambda:InvokeFunction"],
  },
  tagging: "lambda:TagResource",
  taggable: (name) => [["lambda:TagResource", `arn:aws:lambda:us-east-1:123456789012:function:trading-query-${name}`]],
  context: ({ operation, given }) => (operation === "AddPermission" ? one("lambda:Principal", given["Principal"]) : {}),
};
