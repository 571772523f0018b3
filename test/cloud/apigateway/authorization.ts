import type { Authorization } from "../authorization.ts";

/** See {@link Authorization}. */
export const apigateway: Authorization = {
  actions: {
    "apigateway:DELETE": {
      on: {
        basepathmapping: ["aws:ResourceTag"],
        deployment: ["aws:ResourceTag"],
        domainname: ["aws:ResourceTag"],
        integration: ["aws:ResourceTag"],
        method: ["aws:ResourceTag"],
        resource: ["aws:ResourceTag"],
        restapi: ["aws:ResourceTag"],
        stage: ["aws:ResourceTag"],
        tags: [],
      },
      keys: ["aws:RequestTag"],
    },
    "apigateway:GET": {
      on: {
        account: [],
        basepathmapping: ["aws:ResourceTag"],
        basepathmappings: ["aws:ResourceTag"],
        deployment: ["aws:ResourceTag"],
        deployments: ["aws:ResourceTag"],
        domainname: ["aws:ResourceTag"],
        domainnames: ["aws:ResourceTag"],
        integration: ["aws:ResourceTag"],
        method: ["aws:ResourceTag"],
        resource: ["aws:ResourceTag"],
        resources: ["aws:ResourceTag"],
        restapi: ["aws:ResourceTag"],
        restapis: ["aws:ResourceTag"],
        stage: ["aws:ResourceTag"],
        stages: ["aws:ResourceTag"],
        tags: [],
      },
      keys: [],
    },
    "apigateway:PATCH": {
      on: {
        account: [],
        basepathmapping: ["aws:ResourceTag"],
        deployment: ["aws:ResourceTag"],
        domainname: ["aws:ResourceTag"],
        integration: ["aws:ResourceTag"],
        method: ["aws:ResourceTag"],
        resource: ["aws:ResourceTag"],
        restapi: ["aws:ResourceTag"],
        stage: ["aws:ResourceTag"],
      },
      keys: ["aws:RequestTag"],
    },
    "apigateway:POST": {
      on: {
        basepathmappings: ["aws:ResourceTag"],
        deployments: ["aws:ResourceTag"],
        domainnames: ["aws:ResourceTag"],
        resources: ["aws:ResourceTag"],
        restapis: ["aws:ResourceTag"],
        stages: ["aws:ResourceTag"],
      },
      keys: ["aws:RequestTag"],
    },
    "apigateway:PUT": { on: { restapi: ["aws:ResourceTag"], tags: [] }, keys: ["aws:RequestTag"] },
  },
  taggable: () => [
    ["apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/1"],
    ["apigateway:PATCH", "arn:aws:apigateway:us-east-1::/domainnames/api.example.com"],
  ],
  implied: {
    "apigateway:PUT": ({ cloud, operation }) => {
      const made = `arn:aws:apigateway:${cloud.region}::/${operation === "CreateDomainName" ? "domainnames" : "restapis"}/*`;
      return [[`arn:aws:apigateway:${cloud.region}::/tags/${encodeURIComponent(made)}`]];
    },
  },
};
