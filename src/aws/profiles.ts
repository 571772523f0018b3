import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What a profile says, by AWS's own names of settings. */
export type Profile = Readonly<Record<string, string>>;

/** The profiles of the user's AWS files. */
export interface Profiles {
  readonly files: readonly string[];
  readonly byName: ReadonlyMap<string, Profile>;
}

/**
 * Reads the profiles that AWS's own programs know. Source: AWS SDKs and Tools Reference Guide, "Shared config and
 * credentials files" and "File format". A file that is not there holds none.
 */
export async function readProfiles(variables: NodeJS.ProcessEnv = process.env): Promise<Profiles> {
  const config = variables["AWS_CONFIG_FILE"] || join(homedir(), ".aws", "config");
  const credentials = variables["AWS_SHARED_CREDENTIALS_FILE"] || join(homedir(), ".aws", "credentials");
  const byName = new Map<string, Profile>();
  for (const file of [config, credentials]) {
    for (const [section, values] of sections(await readFile(file, "utf8").catch(() => ""))) {
      const name = file === config ? profileOfConfig(section) : section;
      if (name !== undefined) byName.set(name, { ...byName.get(name), ...values });
    }
  }
  return { files: [config, credentials], byName };
}

/** In the config file every profile but `default` is called one; other sections are SSO sessions and services. */
const profileOfConfig = (section: string): string | undefined =>
  section === "default" ? section : /^profile\s+(.+)$/.exec(section)?.[1]?.replace(/^(["'])(.*)\1$/, "$2");

function* sections(text: string): Generator<[name: string, values: Record<string, string>]> {
  let current: [string, Record<string, string>] | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    const [, key, value] = /^([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section !== undefined) {
      if (current !== undefined) yield current;
      current = [section.trim(), {}];
    } else if (current !== undefined && key !== undefined && value !== undefined) current[1][key] = value;
  }
  if (current !== undefined) yield current;
}

/** Whether a profile says where its credentials come from; one that does not may only name a region. */
export const givesCredentials = (profile: Profile): boolean =>
  [
    "aws_access_key_id",
    "role_arn",
    "credential_process",
    "credential_source",
    "login_session",
    "web_identity_token_file",
  ]
    .concat(["sso_session", "sso_start_url", "sso_account_id"])
    .some((key) => key in profile);
