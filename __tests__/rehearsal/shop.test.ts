import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { openShop, serviceOf, type Shop } from "../../tools/rehearsal/shop";

const ALL = SOCK_SHOP_SERVICES.map(({ name }) => name);

let running: Set<string>;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(() => running);
});
afterAll(() => shop.close());

/** What a request is answered while a service is stopped, and while none is. */
async function answers(request: string, without?: string): Promise<number | string> {
  const [method, path] = request.split(" ");
  running = new Set(ALL.filter((name) => name !== without));
  return fetch(`${shop.url}${path}`, { method }).then(
    ({ status }) => status,
    () => "none",
  );
}

/** The services without which a request is not answered as it should. */
async function needs(request: string): Promise<string[]> {
  const status = await answers(request);
  const needed: string[] = [];
  for (const name of ALL) if ((await answers(request, name)) !== status) needed.push(name);
  return needed.sort();
}

const ALWAYS = ["edge-router", "front-end", "session-db"];

describe("what stands in for the shop", () => {
  it.each([
    ["GET /", []],
    ["GET /category.html", []],
    ["GET /login", ["user", "user-db"]],
    ["GET /catalogue?size=1", ["catalogue", "catalogue-db"]],
    ["DELETE /cart", ["carts", "carts-db"]],
    ["POST /cart", ["carts", "carts-db", "catalogue", "catalogue-db"]],
    ["POST /orders", ["carts", "carts-db", "orders", "orders-db", "payment", "shipping", "user", "user-db"]],
  ])("answers %s only as long as what is behind it runs", async (request, services) => {
    expect(await needs(request)).toEqual([...ALWAYS, ...services].sort());
  });

  it("answers as the router, the front end or nobody does", async () => {
    expect(await answers("GET /unknown")).toBe(404);
    expect(await answers("GET /", "front-end")).toBe(502);
    expect(await answers("GET /catalogue", "catalogue-db")).toBe(500);
    expect(await answers("GET /", "edge-router")).toBe("none");
  });

  it("knows the service of a copy", () => {
    expect(serviceOf("catalogue-db-12-20261125041500")).toBe("catalogue-db");
  });
});
