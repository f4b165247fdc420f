import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Testing } from "cdktf";

import type { MesosClusterAttributes } from "../../lib/mesos/imported-cluster";
import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { SockShop, type SockShopProps } from "../../lib/sock-shop/sock-shop";
import { expectGolden } from "../support/golden";
import { importedCluster, testStack } from "../support/stacks";
import { type Block, configurationOf, resourcesById } from "../support/template";
import { readTemplate } from "../support/terraform-template";

const AGENTS = { agentCount: 3, agentResources: { cpus: 2, memoryMiB: 6144 } };

const NAMES = SOCK_SHOP_SERVICES.map(({ name }) => name);

type ShopProps = Omit<SockShopProps, "cluster">;

function sockShop(props: ShopProps = {}, agents: Partial<MesosClusterAttributes> = AGENTS) {
  const stack = testStack();
  const cluster = importedCluster(stack, agents);
  return { stack, cluster, shop: new SockShop(stack, "Shop", { cluster, ...props }) };
}

/** The reconcile resource of each service, by name. */
function services(props: ShopProps = {}, agents?: Partial<MesosClusterAttributes>): Record<string, Block> {
  const { stack, shop } = sockShop(props, agents);
  const resources = Object.values(resourcesById(stack, NullResource));
  return Object.fromEntries(
    shop.serviceNames.map((name) => [
      name,
      resources.find(({ provisioner }) => provisioner[0].file?.destination.endsWith(`/${name}.json`)),
    ]),
  );
}

/** The definitions of a service's copies. */
function definitions(service: Block): Block[] {
  return service.provisioner[0].file.content
    .split("\n")
    .map((line: string) => JSON.parse(readTemplate(line)));
}

/** One thing of every service's definition, by name. */
function each(all: Record<string, Block>, pick: (info: Block) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(all).map(([name, service]) => [name, pick(definitions(service)[0])]),
  );
}

const image = (info: Block) => info.container.mesos.image.docker.name;
const cpus = (info: Block) => info.resources[0].scalar.value;
const memory = (info: Block) => info.resources[1].scalar.value;

function variables(info: Block): Record<string, string> {
  const list: { name: string; value: string }[] = info.command.environment.variables;
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

function refusal(props: ShopProps): unknown {
  try {
    sockShop(props);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

describe("SockShop", () => {
  const all = services();

  it("names its services", () => {
    expect(sockShop().shop.serviceNames).toEqual([
      "catalogue-db",
      "carts-db",
      "orders-db",
      "user-db",
      "session-db",
      "rabbitmq",
      "catalogue",
      "carts",
      "orders",
      "shipping",
      "queue-master",
      "payment",
      "user",
      "front-end",
      "edge-router",
    ]);
  });

  test.each(NAMES)("runs %s as the file of that name says", (name) => {
    const [definition] = definitions(all[name]);

    expectGolden(`tasks/${name}.json`, `${JSON.stringify(definition, undefined, 2)}\n`);
    expect(readTemplate(all[name].provisioner[0].file.content.split("\n")[0])).toBe(
      JSON.stringify(definition),
    );
  });

  it("starts services after their databases, and waits for nothing else", () => {
    const after = Object.entries(all).map(([name, { depends_on }]) => [
      name,
      depends_on.slice(3).map((id: string) => id.replace(/^null_resource\.Shop_(.*)_Resource_.*$/, "$1")),
    ]);

    expect(Object.fromEntries(after.filter(([, ids]) => ids.length > 0))).toEqual({
      catalogue: [expect.stringMatching(/Shop_CatalogueDb_[0-9A-F]{8}$/)],
      carts: [expect.stringMatching(/Shop_CartsDb_[0-9A-F]{8}$/)],
      orders: [expect.stringMatching(/Shop_OrdersDb_[0-9A-F]{8}$/)],
      user: [expect.stringMatching(/Shop_UserDb_[0-9A-F]{8}$/)],
    });
  });

  it("has the edge router on every agent, as far as their number is known", () => {
    const ids = (agents?: Partial<MesosClusterAttributes>) =>
      definitions(services({}, agents)["edge-router"]).map(({ task_id }) => task_id.value);

    expect(ids()).toEqual(["edge-router-1", "edge-router-2", "edge-router-3"]);
    expect(ids({ agentCount: 4 })).toHaveLength(4);
    expect(ids({})).toEqual(["edge-router-1"]);
  });

  it("links every service to those it talks to, all of which are there", () => {
    expect(() => Testing.synth(sockShop().stack, true)).not.toThrow();
  });

  it("fits on the agents that are the default, without a warning", () => {
    const { stack, cluster } = sockShop();
    Testing.synth(stack, true);

    expect(cluster.node.metadata).toEqual([]);
  });

  it("makes a launcher on each master and a resource for each service, and nothing else that runs", () => {
    const { stack } = sockShop();

    expect(Object.keys(resourcesById(stack, NullResource))).toHaveLength(2 + NAMES.length);
    expect(Object.keys(configurationOf(stack).resource).sort()).toEqual(["null_resource", "terraform_data"]);
  });

  it("stops every service when all is destroyed", () => {
    const { terraform_data: data } = configurationOf(sockShop().stack).resource;

    expect(data.Cluster_Launcher_Teardown_Services_305ADF24.for_each).toEqual(
      Object.fromEntries(NAMES.map((name) => [name, name])),
    );
  });

  describe("images", () => {
    it("are named by tag", () => {
      expect(each(all, image)).toMatchObject({
        carts: "weaveworksdemos/carts:0.4.8",
        "carts-db": "mongo:3.4",
        "session-db": "redis:6.0.17-alpine",
      });
    });

    it("come from another registry under their full names", () => {
      expect(each(services({ registry: "registry.example:5000/mirror" }), image)).toMatchObject({
        carts: "registry.example:5000/mirror/weaveworksdemos/carts:0.4.8",
        "carts-db": "registry.example:5000/mirror/library/mongo:3.4",
      });
    });

    it("are named by digest where one is known", () => {
      const pinned = each(services({ pinDigests: true }), image);
      const byTag = Object.entries(pinned).filter(
        ([, name]) => !/@sha256:[0-9a-f]{64}$/.test(name as string),
      );

      expect(byTag).toEqual([["edge-router", "weaveworksdemos/edge-router:0.1.1"]]);
      expect(pinned["carts-db"]).toBe(
        "mongo@sha256:4e4db7a2f5b2c3c11c905830bb4098ffc8ca5fcfae919974f5e2ef50b8feee58",
      );
    });
  });

  describe("what is said of all services", () => {
    const changed = services({ cpus: 0.3, environment: { TZ: "UTC", JAVA_OPTS: "-Xmx64m" } });

    it("is their cpus, but for the edge router", () => {
      expect(new Set(Object.values(each(all, cpus)))).toEqual(new Set([0.2, 0.1]));
      expect(each(changed, cpus)).toEqual({
        ...Object.fromEntries(NAMES.map((name) => [name, 0.3])),
        "edge-router": 0.1,
      });
    });

    it("is in their environment, over their own", () => {
      expect(each(changed, variables)).toMatchObject({
        carts: { JAVA_OPTS: "-Xmx64m", TZ: "UTC" },
        "catalogue-db": { MYSQL_DATABASE: "socksdb", TZ: "UTC" },
        "edge-router": { TZ: "UTC" },
      });
    });

    it("is how long they may take to start", () => {
      const seconds = (all: Record<string, Block>) =>
        new Set(
          Object.values(all).map(({ provisioner }) =>
            provisioner.at(-1)["remote-exec"].inline.at(-1).split(" ").at(-1),
          ),
        );

      expect(seconds(all)).toEqual(new Set(["600"]));
      expect(seconds(services({ startTimeoutSec: 30 }))).toEqual(new Set(["30"]));
    });
  });

  describe("what is said of one service", () => {
    const changed = services({
      registry: "registry.example",
      cpus: 0.3,
      environment: { TZ: "UTC" },
      services: {
        carts: { image: "me/carts:1", cpus: 0.5, memoryMiB: 300, environment: { TZ: "CET", A: "1" } },
        "edge-router": { cpus: 0.2 },
        shipping: {},
      },
    });

    it("wins over what is said of all, and over its own", () => {
      const [carts] = definitions(changed.carts);

      expect([image(carts), cpus(carts), memory(carts)]).toEqual(["me/carts:1", 0.5, 300]);
      expect(variables(carts)).toMatchObject({ TZ: "CET", A: "1", JAVA_OPTS: expect.any(String) });
      expect(cpus(definitions(changed["edge-router"])[0])).toBe(0.2);
    });

    it("changes no other", () => {
      const others = services({ registry: "registry.example", cpus: 0.3, environment: { TZ: "UTC" } });
      const same = NAMES.filter(
        (name) => changed[name].triggers.definition === others[name].triggers.definition,
      );

      expect(NAMES.filter((name) => !same.includes(name))).toEqual(["carts", "edge-router"]);
    });

    it("may take it out, with what needs it", () => {
      const off = { enabled: false };
      const { shop, stack } = sockShop({ services: { "edge-router": off, "front-end": off } });

      expect(shop.serviceNames).toEqual(NAMES.filter((name) => !["edge-router", "front-end"].includes(name)));
      expect(() => Testing.synth(stack, true)).not.toThrow();
    });

    it("fails when there is no such service", () => {
      expect(refusal({ services: { carts: {}, cart: {} } })).toBe(
        `test/Shop: 'services' must name services of Sock Shop, got "cart"; there are ${NAMES.join(", ")}`,
      );
    });

    it("fails when it takes out what another one needs", () => {
      expect(refusal({ services: { payment: { enabled: false } } })).toBe(
        'test/Shop: \'services\' must not disable what an enabled service needs, got "payment", which "orders" ' +
          'needs; enable it, or disable "orders" too',
      );
    });

    it("fails by the path of the service for what a task refuses", () => {
      expect(refusal({ services: { carts: { image: "me/carts:" } } })).toBe(
        'test/Shop/Carts: \'image\' must be a Docker image like "weaveworksdemos/catalogue:0.3.5", got "me/carts:"',
      );
    });
  });
});

describe("SOCK_SHOP_SERVICES", () => {
  it("have names of their own", () => {
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });

  it("name each image by a tag that does not move", () => {
    expect(SOCK_SHOP_SERVICES.filter(({ tag }) => !/^\d+\.\d/.test(tag))).toEqual([]);
  });

  it("name every service a command or variable of theirs mentions as a link", () => {
    const silent = SOCK_SHOP_SERVICES.flatMap(({ name, command = [], shellCommand = "", links = [] }) => {
      const text = [...command, shellCommand].join(" ");
      const named = [...text.matchAll(/([a-z-]+)\.mesos-executeinstance/g)].map(([, other]) => other);
      return named.filter((other) => other !== name && !links.some(({ taskName }) => taskName === other));
    });

    expect(silent).toEqual([]);
  });
});
