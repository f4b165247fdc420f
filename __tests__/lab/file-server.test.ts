import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { fileFor, serveFiles } from "../../tools/lab/file-server";
import { temporaryDirectory } from "../rehearsal/support";

describe("fileFor", () => {
  const sites = { "a.example": "/sites/a", "b.example": "/sites/b" };

  it.each([
    ["a.example", "/x/y.deb", "/sites/a/x/y.deb"],
    ["b.example:80", "/x?query#part", "/sites/b/x"],
    ["a.example", "/libc%2b%2b_1%3a2.deb", "/sites/a/libc++_1:2.deb"],
    ["a.example", "/./x/../y", "/sites/a/y"],
    ["a.example", "/../../etc/passwd", "/sites/a/etc/passwd"],
    ["a.example", "/%2e%2e/%2e%2e/etc/passwd", "/sites/a/etc/passwd"],
  ])("%s%s is %s", (host, url, file) => {
    expect(fileFor(sites, host, url)).toBe(file);
  });

  it.each([
    ["c.example", "/x"],
    ["", "/x"],
    ["a.example", "/%"],
    ["a.example", "/x%00"],
  ])("%s%s is nothing", (host, url) => {
    expect(fileFor(sites, host, url)).toBeUndefined();
  });
});

describe("serveFiles", () => {
  const { directory, remove } = temporaryDirectory();
  const server = http.createServer((request, response) =>
    serveFiles({ "a.example": directory }, request, response),
  );
  let port = 0;

  beforeAll(async () => {
    fs.mkdirSync(path.join(directory, "folder"));
    fs.writeFileSync(path.join(directory, "file"), "content");
    await once(server.listen(0, "127.0.0.1"), "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
    remove();
  });

  async function ask(method: string, url: string) {
    const options = { port, method, path: url, headers: { host: "a.example" }, agent: false };
    const [response] = (await once(http.request(options).end(), "response")) as [http.IncomingMessage];
    let body = "";
    for await (const chunk of response) body += String(chunk);
    return { status: response.statusCode, length: response.headers["content-length"], body };
  }

  it("sends a file with its length", async () => {
    expect(await ask("GET", "/file")).toEqual({ status: 200, length: "7", body: "content" });
  });

  it("sends the length alone when only that is asked for", async () => {
    expect(await ask("HEAD", "/file")).toEqual({ status: 200, length: "7", body: "" });
  });

  it.each(["/none", "/folder", "/"])("has no file %s", async (url) => {
    expect(await ask("GET", url)).toMatchObject({ status: 404, body: "the lab has no such file\n" });
  });
});
