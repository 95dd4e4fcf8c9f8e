// A server that counts its visits in the database.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { query } from './query.mjs';

const server = createServer(async (request, response) => {
  if (request.url !== '/visits') return response.end('ok');
  const visits = Number(await query('get visits')) + 1;
  await query(`set visits ${visits}`);
  response.end(String(visits));
});
server.listen(0, '127.0.0.1', () => {
  writeFileSync('ports/api', String(server.address().port));
  console.log('listening');
});
process.on('SIGTERM', () => process.exit());
