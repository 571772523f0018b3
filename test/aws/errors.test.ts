import { expect, test } from "vitest";
import { classify } from "../../src/aws/errors.ts";
import { awsError } from "../resources/support.ts";

const lost = (code: string) => Object.assign(new Error(`read ${code}`), { code });

test.each(["ECONNRESET", "ECONNABORTED", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "ETIMEDOUT"])(
  "after %s nobody knows whether the call was carried out",
  (code) => expect(classify(lost(code))).toBe("unknown"),
);

test("an answer of success that cannot be read is no refusal", () => {
  expect(classify(awsError("SyntaxError", "Unexpected end of JSON input", 200))).toBe("unknown");
  expect(classify(awsError("ValidationException", "no such class", 400))).toBe("fatal");
  expect(classify(awsError("Whatever", "at our end", 500))).toBe("unknown");
});
