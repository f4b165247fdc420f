import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { openShop, type Shop } from "../../tools/rehearsal/shop";

const LOAD_TEST = join(__dirname, "../../tools/sock-shop/bin/load-test");

const SERVICES = [
  ...["edge-router", "front-end", "session-db", "catalogue", "catalogue-db", "carts", "carts-db"],
  ...["orders", "orders-db", "user", "user-db", "payment", "shipping"],
];

let running = new Set(SERVICES);
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(() => running);
});
afterAll(() => shop.close());
beforeEach(() => {
  running = new Set(SERVICES);
});

async function loadTest(env: Readonly<Record<string, string>> = {}, url = shop.url) {
  const child = spawn(LOAD_TEST, [url], { env: { ...process.env, CLIENTS: "2", VISITS: "3", ...env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [status] = (await once(child, "close")) as [number];
  return { status, stdout: stdout.trimEnd().split("\n"), stderr };
}

describe("the load test", () => {
  it("tells each visit and the sum, and ends by 0", async () => {
    const { status, stdout, stderr } = await loadTest();

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.slice(0, 3).sort()).toEqual(["visit 1 of 3", "visit 2 of 3", "visit 3 of 3"]);
    expect(stdout.slice(3)).toEqual([
      expect.stringMatching(/^33 requests, 0 failed, 95 of 100 within [\d.]+ s$/),
    ]);
  });

  it.each([
    ["catalogue-db", ["GET /catalogue answered 500", "POST /cart answered 500"]],
    ["payment", ["POST /orders answered 500"]],
  ])("fails without %s, and tells what failed", async (service, failures) => {
    running.delete(service);
    const { status, stdout, stderr } = await loadTest();

    expect(status).toBe(1);
    expect(stdout.filter((line) => line.includes("failed: ")).map((line) => line.trim())).toEqual(
      failures.map((failure) => `3 failed: ${failure}`),
    );
    expect(stderr).toBe(`load-test: more than 0 of 33 requests failed\n`);
  });

  it("fails where nobody answers", async () => {
    running.clear();
    const { status, stdout } = await loadTest();

    expect(status).toBe(1);
    expect(stdout).toContainEqual(expect.stringMatching(/3 failed: GET \/ got no answer$/));
  });

  it("lets as many requests fail as may", async () => {
    running.delete("payment");

    expect(await loadTest({ MAX_ERRORS: "3" })).toMatchObject({ status: 0, stderr: "" });
    expect(await loadTest({ MAX_ERRORS: "2" })).toMatchObject({
      status: 1,
      stderr: "load-test: more than 2 of 33 requests failed\n",
    });
  });

  it("fails when it takes too long", async () => {
    expect(await loadTest({ MAX_SECONDS: "0" })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^load-test: 95 of 100 requests may take 0 s, they took [\d.]+ s\n$/),
    });
  });

  it("asks for a URL", async () => {
    const child = spawn(LOAD_TEST, [], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));

    expect((await once(child, "close"))[0]).toBe(1);
    expect(stderr).toContain("give the URL of the shop");
  });
});
