// Builds, unless what is there was built of just these sources.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!isBuilt(root)) {
  for (const script of ['generate.mjs', 'build.mjs']) {
    const { status } = spawnSync(process.execPath, [`scripts/${script}`], { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}
