import * as z from "zod";
import { fileSchema } from "./schema.ts";

/**
 * The settings file as a JSON Schema (draft 2020-12). It refuses nothing that tap accepts; address ranges, host names, and
 * rules between settings are checked by tap alone.
 */
export const settingsJsonSchema = (): Readonly<Record<string, unknown>> => ({
  title: "Settings of tap",
  ...z.toJSONSchema(fileSchema, { io: "input" }),
});
