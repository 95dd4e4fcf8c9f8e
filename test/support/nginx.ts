/** nginx from the machine, with a configuration of the test's own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './casd.ts';
import { atEnd } from './cleanup.ts';
import { tempDir, write } from './tmp.ts';

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));

/** Why there is none, for a skipped test. */
export const noNginx = (): string | undefined => (NGINX === undefined ? 'nginx is not installed' : undefined);

export interface Nginx {
  dir: string;
  port: number;
  stop(): Promise<void>;
}

/** @param server the inside of a server block; `PORT` and `DIR` are filled in */
export async function nginx(dir: string, server: string): Promise<Nginx> {
  const port = await freePort();
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${dir}/tmp/${name};`)
    .join(' ');
  write(dir, {
    'tmp/.keep': '',
    'nginx.conf': `
daemon off; master_process off; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 256; }
http { access_log off; ${temp} server { ${server.replaceAll('PORT', String(port)).replaceAll('DIR', dir)} } }
`,
  });
  const child = spawn(NGINX as string, ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], {
    stdio: 'ignore',
  });
  const over = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await over;
  };
  atEnd('stop nginx', stop);
  while (!existsSync(join(dir, 'pid')) || readFileSync(join(dir, 'pid'), 'utf8') === '') {
    if (child.exitCode !== null)
      throw new Error(`nginx has ended: ${readFileSync(join(dir, 'error.log'), 'utf8')}`);
    await sleep(20);
  }
  return { dir, port, stop };
}

/** A folder with `ca.pem`, `server.pem` and `client.pem` that it has signed, their `.key`s, and `other.pem`, signed by nobody. */
export function certificates(): string {
  const dir = tempDir('certs-');
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other'])
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    );
  write(dir, { 'san.cnf': 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' });
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-extfile',
      'san.cnf',
      '-days',
      '2',
    ];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed);
  }
  return dir;
}
