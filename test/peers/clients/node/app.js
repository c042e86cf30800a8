const { createServer, request } = require('node:http');

const server = createServer((_, response) => {
  response.statusCode = 500;
  response.end();
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  request({ port, path: '/charge', method: 'POST' }, (response) => response.resume()).end();
});
