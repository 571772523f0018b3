import { expect, test } from "vitest";
import { converged, withDomain } from "./scene.ts";

/** The command that gives a resource of a type its tags back (AWS CLI command reference), `id` as the command wants it. */
const commands: Readonly<Record<string, string>> = {
  "acm:certificate": "aws acm add-tags-to-certificate --certificate-arn arn:aws:acm:\\S+ --tags Key=",
  "apigateway:domain-name":
    "aws apigateway tag-resource --resource-arn arn:aws:apigateway:\\S+/domainnames/\\S+ --tags ",
  "apigateway:rest-api": "aws apigateway tag-resource --resource-arn arn:aws:apigateway:\\S+/restapis/\\w+ --tags ",
  "ec2:elastic-ip": "aws ec2 create-tags --resources eipalloc-\\w+ --tags Key=",
  "ec2:gateway-endpoint": "aws ec2 create-tags --resources vpce-\\w+ --tags Key=",
  "ec2:internet-gateway": "aws ec2 create-tags --resources igw-\\w+ --tags Key=",
  "ec2:nat-gateway": "aws ec2 create-tags --resources nat-\\w+ --tags Key=",
  "ec2:route-table": "aws ec2 create-tags --resources rtb-\\w+ --tags Key=",
  "ec2:security-group": "aws ec2 create-tags --resources sg-\\w+ --tags Key=",
  "ec2:security-group-rule": "aws ec2 create-tags --resources sgr-\\w+ --tags Key=",
  "ec2:subnet": "aws ec2 create-tags --resources subnet-\\w+ --tags Key=",
  "ec2:vpc": "aws ec2 create-tags --resources vpc-\\w+ --tags Key=",
  "iam:role": "aws iam tag-role --role-name \\S+ --tags Key=",
  "iam:shared-role": "aws iam tag-role --role-name \\S+ --tags Key=",
  "kms:key": "aws kms tag-resource --key-id \\S+ --tags TagKey=",
  "lambda:function": "aws lambda tag-resource --resource arn:aws:lambda:\\S+ --tags ",
  "logs:log-group": "aws logs tag-resource --resource-arn arn:aws:logs:\\S+ --tags ",
  "rds:cluster": "aws rds add-tags-to-resource --resource-name arn:aws:rds:\\S+ --tags Key=",
  "rds:cluster-parameter-group": "aws rds add-tags-to-resource --resource-name arn:aws:rds:\\S+ --tags Key=",
  "rds:instance": "aws rds add-tags-to-resource --resource-name arn:aws:rds:\\S+ --tags Key=",
  "rds:db-subnet-group": "aws rds add-tags-to-resource --resource-name arn:aws:rds:\\S+ --tags Key=",
  "s3:bucket": "aws resourcegroupstaggingapi tag-resources --resource-arn-list arn:aws:s3:::\\S+ --tags ",
  "secrets:secret": "aws secretsmanager tag-resource --secret-id arn:aws:secretsmanager:\\S+ --tags Key=",
};

/** Whose is told by something other than tags: a caller reference, the key that an alias points at. */
const otherwise = ["kms:alias", "route53:hosted-zone"];

/** An answer of AWS's as it were without the tag. */
function without(tag: string, answer: unknown): unknown {
  if (Array.isArray(answer)) {
    const isTag = (one: unknown) =>
      typeof one === "object" &&
      one !== null &&
      (("Key" in one && one.Key === tag) || ("TagKey" in one && one.TagKey === tag));
    return answer.filter((one) => !isTag(one)).map((one) => without(tag, one));
  }
  if (typeof answer !== "object" || answer === null || answer instanceof Date) return answer;
  const rest = Object.entries(answer).filter(([key]) => key !== tag);
  return Object.fromEntries(rest.map(([key, value]) => [key, without(tag, value)]));
}

const standing = await converged(withDomain);

test("whatever has lost a tag is told which, and the command that gives it back comes first", async () => {
  const { world, dev } = standing();
  using _ = world;
  world.cloud.intercept = (_call, apply) => without("ManagedBy", apply()) as object; // an object without a member is one
  const { conflicts } = await dev.plan();
  const lost = conflicts.filter(({ message, type }) => message.includes("not ours") && !otherwise.includes(type));
  for (const { advice, message, node, type } of lost) {
    expect(message, node).toContain("its tag ManagedBy is not set, not tap");
    expect(advice, node).toMatch(new RegExp(`^If it is this environment's .*give them back: ${commands[type]}`));
    expect(advice, node).toMatch(/ManagedBy(=|,(Tag)?Value=)tap[ ,]/);
    expect(advice, node).not.toMatch(/rename|remove|delete/i);
  }
  expect([...new Set(lost.map(({ type }) => type))].sort()).toEqual(Object.keys(commands).sort());
});
