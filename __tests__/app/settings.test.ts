import { readSettings, SETTING_VARIABLES, settingEnvName } from "../../lib/app/settings";

const DEFAULTS = {
  clusterName: "sock-shop",
  masterCount: 1,
  masterType: "t3.small",
  agentCount: 3,
  agentType: "t3.large",
  forgetCluster: false,
};

describe("readSettings", () => {
  it("has defaults", () => {
    expect(readSettings({})).toEqual(DEFAULTS);
  });

  it("takes an empty variable for none", () => {
    const env = Object.fromEntries(
      (Object.keys(SETTING_VARIABLES) as (keyof typeof SETTING_VARIABLES)[]).map((key) => [
        settingEnvName(key),
        "",
      ]),
    );

    expect(Object.keys(env)).toHaveLength(6);
    expect(readSettings(env)).toEqual(DEFAULTS);
  });

  it("reads every setting from its variable", () => {
    expect(
      readSettings({
        CDKTF_MESOS_CLUSTER_NAME: "demo",
        CDKTF_MESOS_MASTER_COUNT: "3",
        CDKTF_MESOS_MASTER_TYPE: "m5.large",
        CDKTF_MESOS_AGENT_COUNT: "10",
        CDKTF_MESOS_AGENT_TYPE: "m5.xlarge",
        CDKTF_MESOS_FORGET_CLUSTER: "true",
      }),
    ).toEqual({
      clusterName: "demo",
      masterCount: 3,
      masterType: "m5.large",
      agentCount: 10,
      agentType: "m5.xlarge",
      forgetCluster: true,
    });
  });

  test.each([
    ["CDKTF_MESOS_MASTER_COUNT", "three", "a whole number"],
    ["CDKTF_MESOS_MASTER_COUNT", "-1", "a whole number"],
    ["CDKTF_MESOS_AGENT_COUNT", "1.5", "a whole number"],
    ["CDKTF_MESOS_AGENT_COUNT", "1e3", "a whole number"],
    ["CDKTF_MESOS_AGENT_COUNT", " 3", "a whole number"],
    ["CDKTF_MESOS_AGENT_COUNT", "1234567", "a whole number"],
    ["CDKTF_MESOS_FORGET_CLUSTER", "yes", "true or false"],
    ["CDKTF_MESOS_FORGET_CLUSTER", "1", "true or false"],
  ])("fails when %s is %j", (name, text, rule) => {
    expect(() => readSettings({ [name]: text })).toThrow(
      new Error(`${name} must be ${rule}, got ${JSON.stringify(text)}`),
    );
  });
});
