import * as dgram from "node:dgram";
import * as net from "node:net";
import * as packet from "dns-packet";
import type { DnsConfig } from "./config";
import type { Records } from "./records";

const RESOLVER_PORT = 53;
const NXDOMAIN = 3;
const SERVFAIL = 2;

/** Answers for its own domain, and passes all else on; over UDP and TCP. */
export function serveDns(config: DnsConfig, records: () => Records, failed: (error: Error) => void): void {
  const { listener, port } = config;
  const udp = dgram.createSocket("udp4");
  udp.on("error", failed);
  udp.on("message", (message, { address, port: from }) => {
    void respond(config, records(), message).then((answer) => answer && udp.send(answer, from, address));
  });
  udp.bind(port, listener);
  const tcp = net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (data) => {
      void respond(config, records(), data.subarray(2)).then((answer) => {
        if (answer === undefined) return void socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.end(Buffer.concat([length, answer]));
      });
    });
  });
  tcp.on("error", failed);
  tcp.listen(port, listener);
}

async function respond(config: DnsConfig, records: Records, message: Buffer): Promise<Buffer | undefined> {
  const query = decode(message);
  const [question] = query?.questions ?? [];
  if (query === undefined || question === undefined) return undefined;
  const name = question.name.toLowerCase().replace(/\.$/, "");
  if (name !== config.domain && !name.endsWith(`.${config.domain}`)) {
    return forward(config, message, query);
  }
  if (question.type === "SOA" && name === config.domain) return encode(query, [authority(config)], 0);
  const addresses = records.get(name);
  if (addresses === undefined) return encode(query, [], NXDOMAIN);
  const answers = question.type === "A" ? addresses : [];
  return encode(
    query,
    answers.map((data) => ({ type: "A", name: question.name, ttl: config.ttl, data })),
    0,
  );
}

/** Who answers for the domain. */
function authority({ domain, ttl, SOAMname: mname, SOARname: rname }: DnsConfig): packet.Answer {
  return { type: "SOA", name: domain, ttl, data: { mname, rname } };
}

/** Asks the resolvers one after another. */
async function forward(
  { resolvers, timeout }: DnsConfig,
  message: Buffer,
  query: packet.Packet,
): Promise<Buffer | undefined> {
  for (const resolver of resolvers) {
    const answer = await askResolver(resolver, message, timeout * 1000);
    if (answer !== undefined) return answer;
  }
  return encode(query, [], SERVFAIL);
}

function askResolver(resolver: string, message: Buffer, timeoutMs: number): Promise<Buffer | undefined> {
  const [host = "", port = String(RESOLVER_PORT)] = resolver.split(":");
  return new Promise((resolve) => {
    const socket = dgram.createSocket("udp4");
    const done = (answer?: Buffer) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(done, timeoutMs);
    socket.once("error", () => done());
    socket.once("message", done);
    socket.send(message, Number(port), host);
  });
}

function decode(message: Buffer): packet.Packet | undefined {
  try {
    return packet.decode(message);
  } catch {
    return undefined;
  }
}

function encode({ id, questions }: packet.Packet, answers: packet.Answer[], code: number): Buffer {
  const flags = packet.AUTHORITATIVE_ANSWER | packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | code;
  return packet.encode({ type: "response", id, flags, questions, answers });
}
