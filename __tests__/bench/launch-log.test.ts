import { lastStack, type LogEntry, serviceSeconds } from "../../tools/bench/launch-log";
import { deployEvent } from "../../tools/rehearsal/deploy-log";

const APPLIED = "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.";

/** What a deploy printed, when, and after how many connections. */
function logOf(...lines: [at: number, line: string, connections?: number][]): LogEntry[] {
  return lines.flatMap(([at, line, connections = 0]) => {
    const event = deployEvent(line);
    return event === undefined ? [] : [{ at, connections, event }];
  });
}

describe("lastStack", () => {
  it("is what came between the ends of two applies", () => {
    const log = logOf(
      [1, "Plan: 2 to add, 0 to change, 0 to destroy."],
      [3, APPLIED, 13],
      [15.5, APPLIED, 47],
    );

    expect(lastStack(log)).toEqual({ seconds: 12.5, connections: 34 });
  });

  it("fails where only one stack was deployed", () => {
    expect(() => lastStack(logOf([3, APPLIED]))).toThrow(
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
