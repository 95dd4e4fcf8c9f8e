// Who may write decides who is trusted: whoever stores a result says what everybody else's task has done. A build of a pull request runs
// what a stranger has written, and must not be able to say that of the main branch (CVE-2025-36852). So it is a list of what is trusted:
// a service that is known, that says which branch it builds, and that it is the default one or protected. Pure: asked is the environment
// alone, and of that what ptask was started with.

type Environment = Readonly<Record<string, string | undefined>>;

export interface MayWrite {
  writes: boolean;
  /** A clause. */
  because: string;
}

interface Service {
  name: string;
  isIt(env: Environment): boolean;
  /** Why it is not trusted, a clause; undefined where it is. */
  doubt(env: Environment): string | undefined;
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && !/^(?:|false|0|no|off|null)$/i.test(value);

const PULL_REQUEST = 'it builds a pull request';
const UNKNOWN = 'nothing says that it builds a trusted branch; set PTASK_REMOTE_WRITE=true where it does';

/** A push there needs the rights of a maintainer where the branch is protected, and where it is not, everybody's work is built on it. */
const USUAL_BRANCHES = new Set(['main', 'master', 'trunk']);

/** What a push, a clock or a maintainer has started. Whatever else there is may build what somebody else has written. */
const EVENTS_OF_GITHUB = new Set(['push', 'schedule', 'release']);

function doubtOfGitHub(env: Environment): string | undefined {
  const { GITHUB_EVENT_NAME: event = '', GITHUB_REF_NAME: ref = '', GITHUB_REF_TYPE: type } = env;
  if (event.startsWith('pull_request') || isSet(env.GITHUB_HEAD_REF)) return PULL_REQUEST;
  if (event === 'merge_group') return 'it builds a merge queue';
  if (!EVENTS_OF_GITHUB.has(event))
    return event === '' ? 'nothing says what has started it' : `it was started by ${event}`;
  const isUsual = type === 'branch' && USUAL_BRANCHES.has(ref);
  if (env.GITHUB_REF_PROTECTED === 'true' || isUsual) return undefined;
  return `${ref === '' ? 'its branch' : ref} is not protected`;
}

/** `web` is a person on GitLab's pages; `api`, `trigger` and the like may be a program that answers anybody's comment. */
const SOURCES_OF_GITLAB = new Set(['push', 'schedule', 'web', 'parent_pipeline']);

function doubtOfGitLab(env: Environment): string | undefined {
  const { CI_PIPELINE_SOURCE: source = '', CI_COMMIT_REF_NAME: ref = 'its branch' } = env;
  const isOfRequest = /(?:merge|pull)_request_event$/.test(source) || isSet(env.CI_MERGE_REQUEST_IID);
  if (isOfRequest) return 'it builds a merge request';
  if (!SOURCES_OF_GITLAB.has(source))
    return source === '' ? 'nothing says what has started it' : `it was started by ${source}`;
  return env.CI_COMMIT_REF_PROTECTED === 'true' ? undefined : `${ref} is not protected`;
}

/** How a service tells what it builds. */
interface Telling {
  /** Variables that are set where it is a pull request. */
  pull: readonly string[];
  /** Those of a tag, which may be called like a branch. */
  tag?: readonly string[];
  /** Undefined where it tells of no branch. */
  branch(env: Environment): string | undefined;
  /** The variable that names the default branch. */
  standard?: string;
  /** The variable that says what has started it, and what may have. */
  events?: { variable: string; trusted: RegExp };
}

const doubtBy =
  ({ pull, tag = [], branch, standard, events }: Telling) =>
  (env: Environment): string | undefined => {
    const anyOf = (names: readonly string[]): boolean => names.some((name) => isSet(env[name]));
    const event = events && env[events.variable];
    if (anyOf(pull) || /^pull.?request/i.test(event ?? '')) return PULL_REQUEST;
    if (anyOf(tag)) return 'it builds a tag';
    if (events !== undefined && !events.trusted.test(event ?? ''))
      return isSet(event) ? `it was started by ${event}` : 'nothing says what has started it';
    const built = branch(env);
    if (!built) return 'nothing says which branch it builds';
    const isDefault = USUAL_BRANCHES.has(built) || (standard !== undefined && env[standard] === built);
    return isDefault ? undefined : `${built} is not the default branch`;
  };

/** What a text has behind a beginning; undefined where it begins otherwise. */
const behind = (beginning: string, text = ''): string | undefined =>
  text.startsWith(beginning) ? text.slice(beginning.length) : undefined;

const PULLS_OF_JENKINS = [
  ...['CHANGE_ID', 'CHANGE_TARGET', 'ghprbPullId', 'GITHUB_PR_NUMBER', 'pullRequestId'],
  ...['gitlabMergeRequestIid', 'gitlabMergeRequestId', 'GERRIT_CHANGE_NUMBER', 'GERRIT_REFSPEC'],
  ...['BITBUCKET_PULL_REQUEST_ID', 'BITBUCKET_PULL_REQUEST_LINK'],
];

const marked = (name: string, marker: string, doubt: Service['doubt']): Service => ({
  ...{ name, doubt },
  isIt: (env) => isSet(env[marker]),
});

const told = (name: string, marker: string, telling: Telling): Service =>
  marked(name, marker, doubtBy(telling));

const SERVICES: readonly Service[] = [
  marked('GitHub', 'GITHUB_ACTIONS', doubtOfGitHub),
  marked('GitLab', 'GITLAB_CI', doubtOfGitLab),
  told('Buildkite', 'BUILDKITE', {
    pull: ['BUILDKITE_PULL_REQUEST'],
    tag: ['BUILDKITE_TAG'],
    branch: (env) => env.BUILDKITE_BRANCH,
    standard: 'BUILDKITE_PIPELINE_DEFAULT_BRANCH',
  }),
  told('CircleCI', 'CIRCLECI', {
    pull: ['CIRCLE_PULL_REQUEST', 'CIRCLE_PULL_REQUESTS', 'CIRCLE_PR_NUMBER', 'CIRCLE_PR_REPONAME'],
    tag: ['CIRCLE_TAG'],
    branch: (env) => env.CIRCLE_BRANCH,
  }),
  told('Azure Pipelines', 'TF_BUILD', {
    pull: ['SYSTEM_PULLREQUEST_PULLREQUESTID'],
    // BUILD_SOURCEBRANCHNAME would have the last part alone: `main` of `feature/main`.
    branch: (env) => behind('refs/heads/', env.BUILD_SOURCEBRANCH),
    events: { variable: 'BUILD_REASON', trusted: /^(?:IndividualCI|BatchedCI|Schedule|Manual)$/ },
  }),
  told('Jenkins', 'JENKINS_URL', {
    pull: PULLS_OF_JENKINS,
    tag: ['TAG_NAME'],
    // Of multibranch pipelines. GIT_BRANCH is what was checked out, from wherever.
    branch: (env) => (isSet(env.BRANCH_IS_PRIMARY) ? 'main' : env.BRANCH_NAME),
  }),
  told('Travis CI', 'TRAVIS', {
    pull: ['TRAVIS_PULL_REQUEST'],
    tag: ['TRAVIS_TAG'],
    branch: (env) => env.TRAVIS_BRANCH,
    events: { variable: 'TRAVIS_EVENT_TYPE', trusted: /^(?:push|cron)$/ },
  }),
  told('Bitbucket', 'BITBUCKET_BUILD_NUMBER', {
    pull: ['BITBUCKET_PR_ID'],
    tag: ['BITBUCKET_TAG'],
    branch: (env) => env.BITBUCKET_BRANCH,
  }),
  told('AppVeyor', 'APPVEYOR', {
    pull: ['APPVEYOR_PULL_REQUEST_NUMBER'],
    tag: ['APPVEYOR_REPO_TAG'],
    branch: (env) => env.APPVEYOR_REPO_BRANCH,
  }),
  told('CodeBuild', 'CODEBUILD_BUILD_ID', {
    pull: [],
    // What is started by hand builds whatever it was told to.
    branch: (env) => behind('branch/', env.CODEBUILD_WEBHOOK_TRIGGER),
    events: { variable: 'CODEBUILD_WEBHOOK_EVENT', trusted: /^PUSH$/ },
  }),
  told('Cirrus CI', 'CIRRUS_CI', {
    pull: ['CIRRUS_PR'],
    tag: ['CIRRUS_TAG'],
    branch: (env) => env.CIRRUS_BRANCH,
    standard: 'CIRRUS_DEFAULT_BRANCH',
  }),
  told('Semaphore', 'SEMAPHORE', {
    pull: ['SEMAPHORE_GIT_PR_NUMBER'],
    branch: (env) => env.SEMAPHORE_GIT_BRANCH,
    events: { variable: 'SEMAPHORE_GIT_REF_TYPE', trusted: /^branch$/ },
  }),
  told('Drone', 'DRONE', {
    pull: ['DRONE_PULL_REQUEST'],
    tag: ['DRONE_TAG'],
    branch: (env) => env.DRONE_BRANCH,
    standard: 'DRONE_REPO_BRANCH',
    events: { variable: 'DRONE_BUILD_EVENT', trusted: /^(?:push|cron)$/ },
  }),
  {
    name: 'Woodpecker',
    isIt: ({ CI }) => CI === 'woodpecker',
    doubt: doubtBy({
      pull: ['CI_COMMIT_PULL_REQUEST'],
      tag: ['CI_COMMIT_TAG'],
      branch: (env) => env.CI_COMMIT_BRANCH,
      standard: 'CI_REPO_DEFAULT_BRANCH',
      events: { variable: 'CI_PIPELINE_EVENT', trusted: /^(?:push|cron)$/ },
    }),
  },
  // They call nothing a pull request that could be gone by.
  marked('TeamCity', 'TEAMCITY_VERSION', () => UNKNOWN),
  marked('CI', 'CI', () => UNKNOWN),
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
