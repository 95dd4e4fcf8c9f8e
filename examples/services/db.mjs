// Stands in for a database: lines of `set key value` and `get key` over TCP, on a port that the system chooses.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const table = new Map();

const answer = (line) => {
  const [what, key, value] = line.split(' ');
  if (what === 'set') table.set(key, value);
  return table.get(key) ?? '';
};

const server = createServer((socket) => {
  socket.on('data', (data) => socket.end(`${answer(data.toString().trim())}\n`));
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => {
  mkdirSync('ports', { recursive: true });
  writeFileSync('ports/db', String(server.address().port));
  console.log('database ready');
});
process.on('SIGTERM', () => {
  console.log('database stopped');
  process.exit();
});
