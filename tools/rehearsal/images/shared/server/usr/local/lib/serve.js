/** Answers every request, and takes every connection, at a port: node serve.js PORT */
const http = require("node:http");

const server = http.createServer((_request, response) => response.end("well\n"));
// what is no request, as of who only connects, ends its connection and nothing else
server.on("clientError", (_error, socket) => socket.destroy());
server.listen(Number(process.argv[2]));
