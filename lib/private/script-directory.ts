import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { directoryHash } from "./hash";

/** A directory of scripts beside the stack; its path changes when, and only when, a script does. */
export function scriptDirectory(scope: Construct, id: string, path: string): TerraformAsset {
  return new TerraformAsset(scope, id, {
    path,
    type: AssetType.DIRECTORY,
    assetHash: directoryHash(path),
  });
}
