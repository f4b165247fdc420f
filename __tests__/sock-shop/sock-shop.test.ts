import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";

import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { SockShop } from "../../lib/sock-shop/sock-shop";
import { expectGolden } from "../support/golden";
import { importedCluster, testStack } from "../support/stacks";
import { type Block, configurationOf, resourcesById } from "../support/template";
import { readTemplate } from "../support/terraform-template";

describe("SockShop", () => {
  const stack = testStack();
  const shop = new SockShop(stack, "Shop", { cluster: importedCluster(stack) });

  /** The service's reconcile resource. */
  function service(id: string): Block {
    const [found] = Object.entries(resourcesById(stack, NullResource)).filter(([name]) =>
      new RegExp(`^Shop_${id}_[0-9A-F]{8}$`).test(name),
    );
    return found?.[1];
  }

  it("names its services in the order they start", () => {
    expect(shop.serviceNames).toEqual(["catalogue-db", "catalogue"]);
  });

  test.each([
    ["catalogue", "Catalogue"],
    ["catalogue-db", "CatalogueDb"],
  ])("runs %s as the file of that name says", (name, id) => {
    const text = readTemplate(service(id).provisioner[0].file.content);
    const definition = JSON.parse(text);

    expectGolden(`tasks/${name}.json`, `${JSON.stringify(definition, undefined, 2)}\n`);
    expect(text).toBe(JSON.stringify(definition));
  });

  it("starts catalogue after its database", () => {
    expect(service("Catalogue").depends_on).toEqual([
      expect.stringContaining("terraform_data.Cluster_Launcher_Teardown_Services_"),
      expect.stringContaining("null_resource.Cluster_Launcher_Master1_"),
      expect.stringContaining("null_resource.Cluster_Launcher_Master2_"),
      expect.stringContaining("null_resource.Shop_CatalogueDb_"),
    ]);
    expect(service("CatalogueDb").depends_on).toHaveLength(3);
  });

  it("makes a launcher on each master and a resource for each service, and nothing else that runs", () => {
    expect(Object.keys(resourcesById(stack, NullResource))).toHaveLength(2 + 2);
    expect(Object.keys(configurationOf(stack).resource).sort()).toEqual(["null_resource", "terraform_data"]);
  });

  it("stops every service when all is destroyed", () => {
    const { terraform_data: data } = configurationOf(stack).resource;

    expect(data.Cluster_Launcher_Teardown_Services_305ADF24.for_each).toEqual({
      catalogue: "catalogue",
      "catalogue-db": "catalogue-db",
    });
  });
});

describe("SOCK_SHOP_SERVICES", () => {
  it("have names of their own, and start only after services that stand before them", () => {
    const names = SOCK_SHOP_SERVICES.map(({ name }) => name);
    const early = SOCK_SHOP_SERVICES.flatMap(({ startAfter = [] }, index) =>
      startAfter.filter((other) => !names.slice(0, index).includes(other)),
    );

    expect(new Set(names).size).toBe(names.length);
    expect(early).toEqual([]);
  });

  it("name each image by a tag that does not move", () => {
    expect(SOCK_SHOP_SERVICES.filter(({ image }) => !/:\d+\.\d+\.\d+$/.test(image))).toEqual([]);
  });
});
