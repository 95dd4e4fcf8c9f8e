// Who may write decides who is trusted: whoever stores a result says what everybody else's task has done. A build of a pull request runs
// what a stranger has written, and must not be able to say that of the main branch (CVE-2025-36852). Pure: asked is the environment alone.

type Environment = Readonly<Record<string, string | undefined>>;

export interface MayWrite {
  writes: boolean;
  /** A clause. */
  because: string;
}

interface Service {
  name: string;
  isIt(env: Environment): boolean;
  /** Why it is not trusted, a clause; undefined where nothing speaks against it. */
  doubt(env: Environment): string | undefined;
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && !/^(?:|false|0|no|off|null)$/i.test(value);

const PULL_REQUEST = 'it builds a pull request';

/** Where a variable is set, and says so. */
const whereSet =
  (...names: readonly string[]) =>
  (env: Environment): string | undefined =>
    names.some((name) => isSet(env[name])) ? PULL_REQUEST : undefined;

/** What a push, a clock or somebody who may do that has started. All else may have come from a fork: it is not on the list. */
const TRUSTED_EVENTS = new Set(['push', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'release']);
/** A push there needs the rights of a maintainer where the branch is protected, and where it is not, everybody's work is built on it. */
const USUAL_BRANCHES = new Set(['main', 'master', 'trunk']);

function doubtOfGitHub(env: Environment): string | undefined {
  const { GITHUB_EVENT_NAME: event = '', GITHUB_REF_NAME: ref = '' } = env;
  if (event.startsWith('pull_request') || isSet(env.GITHUB_HEAD_REF)) return PULL_REQUEST;
  if (event === 'merge_group') return 'it builds a merge queue';
  if (!TRUSTED_EVENTS.has(event))
    return event === '' ? 'nothing says what has started it' : `it was started by ${event}`;
  const isTrusted = env.GITHUB_REF_PROTECTED === 'true' || USUAL_BRANCHES.has(ref);
  return isTrusted ? undefined : `${ref === '' ? 'its branch' : ref} is not protected`;
}

function doubtOfGitLab(env: Environment): string | undefined {
  const { CI_PIPELINE_SOURCE: source = '', CI_COMMIT_REF_NAME: ref = 'its branch' } = env;
  const isOfRequest = /(?:merge|pull)_request_event$/.test(source) || isSet(env.CI_MERGE_REQUEST_IID);
  if (isOfRequest) return 'it builds a merge request';
  return env.CI_COMMIT_REF_PROTECTED === 'true' ? undefined : `${ref} is not protected`;
}

const marked = (name: string, marker: string, doubt: Service['doubt']): Service => ({
  ...{ name, doubt },
  isIt: (env) => isSet(env[marker]),
});

const SERVICES: readonly Service[] = [
  marked('GitHub', 'GITHUB_ACTIONS', doubtOfGitHub),
  marked('GitLab', 'GITLAB_CI', doubtOfGitLab),
  marked('Buildkite', 'BUILDKITE', whereSet('BUILDKITE_PULL_REQUEST')),
  marked('CircleCI', 'CIRCLECI', whereSet('CIRCLE_PULL_REQUEST', 'CIRCLE_PULL_REQUESTS', 'CIRCLE_PR_NUMBER')),
  marked('Azure Pipelines', 'TF_BUILD', (env) =>
    env.BUILD_REASON === 'PullRequest' ? PULL_REQUEST : whereSet('SYSTEM_PULLREQUEST_PULLREQUESTID')(env),
  ),
  marked('Jenkins', 'JENKINS_URL', whereSet('CHANGE_ID', 'ghprbPullId')),
  marked('Travis CI', 'TRAVIS', whereSet('TRAVIS_PULL_REQUEST')),
  marked('Bitbucket', 'BITBUCKET_BUILD_NUMBER', whereSet('BITBUCKET_PR_ID')),
  marked('AppVeyor', 'APPVEYOR', whereSet('APPVEYOR_PULL_REQUEST_NUMBER')),
  marked('CodeBuild', 'CODEBUILD_BUILD_ID', (env) =>
    /^PULL_REQUEST_/.test(env.CODEBUILD_WEBHOOK_EVENT ?? '') ? PULL_REQUEST : undefined,
  ),
  marked('Cirrus CI', 'CIRRUS_CI', whereSet('CIRRUS_PR')),
  marked('Semaphore', 'SEMAPHORE', whereSet('SEMAPHORE_GIT_PR_NUMBER')),
  marked('Drone', 'DRONE', (env) =>
    env.DRONE_BUILD_EVENT === 'pull_request' ? PULL_REQUEST : whereSet('DRONE_PULL_REQUEST')(env),
  ),
  {
    name: 'Woodpecker',
    isIt: ({ CI }) => CI === 'woodpecker',
    doubt: ({ CI_PIPELINE_EVENT = '' }) =>
      CI_PIPELINE_EVENT.startsWith('pull_request') ? PULL_REQUEST : undefined,
  },
  marked('CI', 'TEAMCITY_VERSION', () => undefined),
  // Others say that they are CI, and what most of them call a pull request.
  marked(
    'CI',
    'CI',
    whereSet('PULL_REQUEST', 'PULL_REQUEST_NUMBER', 'CHANGE_ID', 'IS_PULL_REQUEST', 'PR_NUMBER'),
  ),
];

/** @param write as the config has it */
export function mayWrite(write: boolean | 'ci', env: Environment): MayWrite {
  if (write !== 'ci') return { writes: write, because: write ? 'the config says so' : 'it is read-only' };
  const service = SERVICES.find(({ isIt }) => isIt(env));
  if (service === undefined) return { writes: false, because: 'this is not CI' };
  const doubt = service.doubt(env);
  return doubt === undefined
    ? { writes: true, because: `${service.name} builds a trusted branch` }
    : { writes: false, because: doubt };
}
