import { CreateAliasCommand, DeleteAliasCommand, ListAliasesCommand, UpdateAliasCommand } from "@aws-sdk/client-kms";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import type { KmsStore } from "./store.ts";

/** Aliases of keys. */
export function aliasOperations(store: KmsStore): Operation[] {
  const { cloud } = store;
  return [
    write(CreateAliasCommand, ["AliasName", "TargetKeyId"], ({ AliasName = "", TargetKeyId }) => {
      // LocalStack snapshot test_create_alias.
      if (!AliasName.startsWith("alias/")) {
        const more = "Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
        throw awsError("ValidationException", `Alias must start with the prefix "alias/". ${more}`);
      }
      if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(AliasName) || AliasName.startsWith("alias/aws/")) {
        throw awsError("InvalidAliasNameException", `${AliasName} is not a valid alias name.`);
      }
      if (store.aliases.has(AliasName)) {
        const arn = cloud.arn("kms", AliasName);
        throw awsError("AlreadyExistsException", `An alias with the name ${arn} already exists`);
      }
      const key = store.settled(TargetKeyId);
      const now = new Date(cloud.now());
      store.aliases.set(AliasName, { name: AliasName, created: now, updated: now, keyId: key.id });
      return {};
    }),
    write(UpdateAliasCommand, ["AliasName", "TargetKeyId"], ({ AliasName = "", TargetKeyId }) => {
      const alias = store.alias(AliasName);
      alias.keyId = store.settled(TargetKeyId).id;
      alias.updated = new Date(cloud.now());
      return {};
    }),
    write(DeleteAliasCommand, ["AliasName"], ({ AliasName = "" }) => {
      store.aliases.delete(store.alias(AliasName).name);
      return {};
    }),
    read(ListAliasesCommand, ["KeyId", "Limit", "Marker"], ({ KeyId, Limit, Marker }) => {
      const key = KeyId === undefined ? undefined : store.read(KeyId, "kms.alias");
      store.dropDeadAliases();
      const aliases = [...store.aliases.values()]
        .flatMap((alias) => store.seenAlias(alias) ?? [])
        .filter((alias) => !key || alias.keyId === key.id);
      const { items, next } = store.page(aliases, (alias) => alias.name, Limit, Marker);
      const Aliases = items.map(({ name, keyId, created, updated }) => ({
        AliasName: name,
        AliasArn: cloud.arn("kms", name),
        TargetKeyId: keyId,
        CreationDate: created,
        LastUpdatedDate: updated,
      }));
      return { Aliases, Truncated: next !== undefined, ...(next !== undefined && { NextMarker: next }) };
    }),
  ];
}
