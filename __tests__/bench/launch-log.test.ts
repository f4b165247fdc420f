import { lastStackSeconds, type LogEntry, serviceSeconds } from "../../tools/bench/launch-log";
import { deployEvent } from "../../tools/rehearsal/deploy-log";

const APPLIED = "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.";

/** What a deploy printed, and when. */
function logOf(...lines: [at: number, line: string][]): LogEntry[] {
  return lines.flatMap(([at, line]) => {
    const event = deployEvent(line);
    return event === undefined ? [] : [{ at, event }];
  });
}

describe("lastStackSeconds", () => {
  it("is the time between the ends of two applies", () => {
    const log = logOf([1, "Plan: 2 to add, 0 to change, 0 to destroy."], [3, APPLIED], [15.5, APPLIED]);

    expect(lastStackSeconds(log)).toBe(12.5);
  });

  it("fails where only one stack was deployed", () => {
    expect(() => lastStackSeconds(logOf([3, APPLIED]))).toThrow(
      "a deploy of two stacks must end two applies, got 1",
    );
  });
});

describe("serviceSeconds", () => {
  it("is the time between what Terraform says of each service, and of nothing else", () => {
    const log = logOf(
      [1, "null_resource.Cluster_Launcher (Cluster/Launcher/Master1): Creating..."],
      [2, "null_resource.Cluster_Launcher (Cluster/Launcher/Master1): Creation complete after 1s [id=1]"],
      [4, "null_resource.SockShop_CartsDb_1 (SockShop/CartsDb/Resource): Creating..."],
      [4.5, "null_resource.SockShop_User_2 (SockShop/User/Resource): Creating..."],
      [9, "null_resource.SockShop_User_2 (SockShop/User/Resource): Creation complete after 5s [id=2]"],
      [10, "null_resource.SockShop_CartsDb_1 (SockShop/CartsDb/Resource): Creation complete after 6s [id=3]"],
    );

    expect(serviceSeconds(log)).toEqual({ "carts-db": 6, user: 4.5 });
  });
});
