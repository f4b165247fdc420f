import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SOCK_SHOP_SERVICES, type SockShopService } from "../../lib/sock-shop/services";
import { imageName } from "../../lib/sock-shop/image-name";

const FILE = join(__dirname, "../../docs/services.md");

const HEAD = [
  "| service | image | cpus | MiB | listens on | is well when it | talks to |",
  "|---|---|---|---|---|---|---|",
];

function row(service: SockShopService): string {
  const { name, cpus = 0.2, memoryMiB, ports = [], hostPorts = [], links = [] } = service;
  const listens = [...ports.map(String), ...hostPorts.map((port) => `${port} of every agent`)];
  const talks = links.map((link) => `${link.taskName}:${link.port}${link.startAfter ? " *" : ""}`);
  return `| \`${name}\` | \`${imageName(service, {})}\` | ${cpus} | ${memoryMiB} | ${listens.join(", ")} | ${wellWhen(service)} | ${talks.join(", ")} |`;
}

function wellWhen({ healthCheck }: SockShopService): string {
  const { http, tcp } = healthCheck._info() as {
    http?: { port: number; path: string };
    tcp?: { port: number };
  };
  return http ? `answers \`GET ${http.path}\` at ${http.port}` : `takes connections at ${tcp?.port}`;
}

describe("docs/services.md", () => {
  it("holds the table of the services as it is", () => {
    const table = [...HEAD, ...SOCK_SHOP_SERVICES.map(row), ""].join("\n");
    if (process.env.UPDATE_GOLDEN === "1") {
      const text = readFileSync(FILE, "utf8");
      writeFileSync(FILE, text.replace(/\| service \| image[^]*?\n(?!\|)/, table));
    }

    expect(readFileSync(FILE, "utf8")).toContain(table);
  });
});
