// A server that somebody starts to look at something.
import { createServer } from 'node:http';

const server = createServer((_, response) => response.end('documentation'));
server.listen(0, '127.0.0.1', () => console.log(`listening on http://localhost:${server.address().port}`));
process.on('SIGTERM', () => process.exit());
