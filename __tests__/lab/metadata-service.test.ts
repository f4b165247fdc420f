import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { MetadataService } from "../../tools/lab/metadata-service";

const TOKEN_TTL = "X-aws-ec2-metadata-token-ttl-seconds";
const TOKEN = "X-aws-ec2-metadata-token";

describe("MetadataService", () => {
  const service = new MetadataService();
  const server = http.createServer((request, response) => service.serve(request, response));
  let origin = "";

  beforeAll(async () => {
    service.register("127.0.0.1", {
      "instance-id": "i-1",
      "placement/availability-zone": "eu-west-1a",
      "placement/region": "eu-west-1",
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    localAddress = "127.0.0.1",
  ) {
    const request = http.request(`${origin}${path}`, { method, headers, localAddress, agent: false }).end();
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    let body = "";
    for await (const chunk of response) body += String(chunk);
    return { status: response.statusCode, body };
  }

  async function token(seconds = "60") {
    return (await ask("PUT", "/latest/api/token", { [TOKEN_TTL]: seconds })).body;
  }

  it("tells an instance with a token about itself", async () => {
    const headers = { [TOKEN]: await token() };

    expect(await ask("GET", "/latest/meta-data/placement/availability-zone", headers)).toEqual({
      status: 200,
      body: "eu-west-1a",
    });
  });

  it.each([
    ["/latest/meta-data/", "instance-id\nplacement/"],
    ["/latest/meta-data/placement", "availability-zone\nregion"],
    ["/latest/meta-data/placement/", "availability-zone\nregion"],
  ])("lists what is below %s", async (path, body) => {
    expect(await ask("GET", path, { [TOKEN]: await token() })).toEqual({ status: 200, body });
  });

  it.each(["/latest/meta-data/nothing", "/latest/meta-data/place", "/latest/user-data"])(
    "knows no %s",
    async (path) => {
      expect((await ask("GET", path, { [TOKEN]: await token() })).status).toBe(404);
    },
  );

  it("says nothing without a token, with a wrong one or one that is too old", async () => {
    const now = jest.spyOn(Date, "now");
    now.mockReturnValue(1_000);
    const short = await token("1");
    now.mockReturnValue(2_001);

    const given: Record<string, string>[] = [{}, { [TOKEN]: "guessed" }, { [TOKEN]: short }];
    const answers = await Promise.all(
      given.map((headers) => ask("GET", "/latest/meta-data/instance-id", headers)),
    );

    now.mockRestore();
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it("says nothing to another instance that has the token", async () => {
    service.register("127.0.0.2", { "instance-id": "i-2" });
    const headers = { [TOKEN]: await token() };

    expect((await ask("GET", "/latest/meta-data/instance-id", headers, "127.0.0.2")).status).toBe(401);
    expect((await ask("GET", "/latest/meta-data/instance-id", headers, "127.0.0.3")).status).toBe(404);
  });

  it.each(["", "0", "21601", "many"])("gives no token for %j seconds", async (seconds) => {
    expect((await ask("PUT", "/latest/api/token", { [TOKEN_TTL]: seconds })).status).toBe(400);
  });

  it("takes nothing but GET", async () => {
    expect((await ask("POST", "/latest/meta-data/instance-id", { [TOKEN]: await token() })).status).toBe(405);
  });
});
