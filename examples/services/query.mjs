// Asks the database one question: `node query.mjs get visits`.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { pathToFileURL } from 'node:url';

export const query = (line) =>
  new Promise((done, fail) => {
    const socket = connect(Number(readFileSync('ports/db', 'utf8')), '127.0.0.1');
    let said = '';
    socket.on('data', (data) => {
      said += data;
    });
    socket.on('end', () => done(said.trim()));
    socket.on('error', fail);
    socket.write(`${line}\n`);
  });

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(await query(process.argv.slice(2).join(' ')));
