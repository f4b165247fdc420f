import { StateLocation } from "../../lib/app/state-location";
import { appStacks } from "../support/app";
import { configurationOf } from "../support/template";

const ABSENT = {
  cluster: { name: "", master_url: "", ssh_user: "", masters: [{ host: "", instance_id: "" }] },
};

function stateOf(stateContext?: unknown) {
  const { mesos, sockShop } = appStacks({}, stateContext);
  const [mesosJson, sockShopJson] = [configurationOf(mesos), configurationOf(sockShop)];
  return {
    mesos: mesosJson.terraform.backend,
    sockShop: sockShopJson.terraform.backend,
    read: sockShopJson.data.terraform_remote_state,
  };
}

describe("StateLocation", () => {
  it("is beside main.ts unless the context names another place", () => {
    expect(stateOf()).toEqual({
      mesos: { local: { path: "/project/terraform.mesos.tfstate" } },
      sockShop: { local: { path: "/project/terraform.sock-shop.tfstate" } },
      read: {
        State: {
          backend: "local",
          config: { path: "/project/terraform.mesos.tfstate" },
          defaults: ABSENT,
        },
      },
    });
  });

  it("is a bucket when the context names one", () => {
    const bucket = { bucket: "states", region: "eu-west-1" };
    const backend = { ...bucket, encrypt: true, use_lockfile: true };

    expect(stateOf({ backend: "s3", ...bucket, prefix: "team/demo" })).toEqual({
      mesos: { s3: { ...backend, key: "team/demo/mesos.tfstate" } },
      sockShop: { s3: { ...backend, key: "team/demo/sock-shop.tfstate" } },
      read: {
        State: {
          backend: "s3",
          config: { ...bucket, key: "team/demo/mesos.tfstate" },
          defaults: ABSENT,
        },
      },
    });
  });

  it("is the top of the bucket without a prefix", () => {
    const { mesos } = stateOf({ backend: "s3", bucket: "states", region: "eu-west-1" });

    expect(mesos.s3.key).toBe("mesos.tfstate");
  });

  test.each([
    [null],
    ["s3"],
    [{}],
    [{ backend: "gcs", bucket: "b", region: "r" }],
    [{ backend: "s3", bucket: "b" }],
    [{ backend: "s3", bucket: "", region: "r" }],
    [{ backend: "s3", bucket: "b", region: "" }],
    [{ backend: "s3", bucket: "b", region: "r", prefix: 1 }],
    [{ backend: "s3", bucket: ["b"], region: "r" }],
  ])("fails when the context is %j", (context) => {
    expect(() => StateLocation.from("/project", context)).toThrow(
      new Error(
        `context.state in cdktf.json must be {"backend": "s3", "bucket": …, "region": …, "prefix": …}, got ${JSON.stringify(context)}`,
      ),
    );
  });
});
