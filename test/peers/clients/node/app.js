const express = require('express');

const app = express();
app.post('/charge', function charge() {
  throw new RangeError('card was refused');
});
const server = app.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/charge`;
  void fetch(url, { method: 'POST' }).then(() => server.close());
});
