import {
  DataTerraformRemoteStateLocal,
  DataTerraformRemoteStateS3,
  LocalBackend,
  S3Backend,
  type TerraformRemoteState,
  type TerraformStack,
} from "cdktf";
import { join } from "node:path";

/** `context.state` of cdktf.json: where the states of all stacks are kept, when not beside `main.ts`. */
export interface S3StateContext {
  readonly backend: "s3";
  readonly bucket: string;
  readonly region: string;
  /** Folder in the bucket. */
  readonly prefix?: string;
}

/** Where the state of each stack is kept. Set here for all, never taken from the working directory. */
export class StateLocation {
  /**
   * @param directory directory of local states
   * @param context `context.state` of cdktf.json, if any
   * @throws Error when the context is not one we know
   */
  public static from(directory: string, context: unknown): StateLocation {
    if (context === undefined) return new StateLocation(directory, undefined);
    const { backend, bucket, region, prefix = "" } = (context ?? {}) as Record<string, unknown>;
    const texts = [bucket, region, prefix].every((text) => typeof text === "string");
    if (backend !== "s3" || !texts || bucket === "" || region === "") {
      throw new Error(
        `context.state in cdktf.json must be {"backend": "s3", "bucket": …, "region": …, "prefix": …}, got ${JSON.stringify(context)}`,
      );
    }
    return new StateLocation(directory, context as S3StateContext);
  }

  private constructor(
    private readonly directory: string,
    private readonly s3: S3StateContext | undefined,
  ) {}

  /** Gives a stack its backend. */
  public store(stack: TerraformStack): void {
    if (this.s3 === undefined) {
      new LocalBackend(stack, { path: this.localPath(stack.node.id) });
    } else {
      const backend = new S3Backend(stack, { ...this.s3Object(stack.node.id, this.s3), encrypt: true });
      backend.addOverride("use_lockfile", true);
    }
  }

  /** Reads the outputs of another stack; `defaults` stand in for what its state does not hold. */
  public read(
    scope: TerraformStack,
    stackName: string,
    defaults: Record<string, unknown>,
  ): TerraformRemoteState {
    return this.s3 === undefined
      ? new DataTerraformRemoteStateLocal(scope, "State", { path: this.localPath(stackName), defaults })
      : new DataTerraformRemoteStateS3(scope, "State", { ...this.s3Object(stackName, this.s3), defaults });
  }

  private localPath(stackName: string): string {
    return join(this.directory, `terraform.${stackName}.tfstate`);
  }

  private s3Object(stackName: string, { bucket, region, prefix = "" }: S3StateContext) {
    return { bucket, region, key: `${prefix === "" ? "" : `${prefix}/`}${stackName}.tfstate` };
  }
}
