import { casd, noCasd } from './casd.ts';
import { assert, suite } from './suite.ts';

const test = suite('support/casd');

const reason = noCasd();
const name = 'a server is there, and gone with all of its processes';
if (reason !== undefined) test.skip(name, reason);
else
  test(name, async () => {
    const rig = await casd({ jobs: 2 });
    assert.match(rig.url, /^grpc:\/\/127\.0\.0\.1:\d+$/);
    await rig.stop();
    assert.equal(rig.processes(), []);
  });
